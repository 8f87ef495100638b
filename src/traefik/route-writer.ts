import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { makeFolder, ownerOf, placeFile, placeFirst } from '../files/place-file.ts'

export function routesFolder(home: string): string {
  return join(home, 'traefik/dynamic')
}

/**
 * Puts snapshots in place, one at a time and the last one wins: resolves when this one or a newer one is there. The same text is
 * not written again. The draft lies beside the watched folder: one made inside it would cost a reload of the old routes.
 */
export function createRouteWriter(home: string): (text: string) => Promise<void> {
  let wanted = ''
  let placed: string | null = null
  let working: Promise<void> | null = null

  const work = async (): Promise<void> => {
    try {
      placed ??= await prepare(home)
      while (placed !== wanted) {
        const text: string = wanted
        await placeFile(file(home), text, await ownerOf(home), join(home, 'traefik'))
        placed = text
      }
    } catch (error) {
      placed = null
      throw error
    } finally {
      // In the same turn as the last look at `wanted`: whoever comes later starts anew.
      working = null
    }
  }

  return async (text) => {
    wanted = text
    if (working === null && placed === wanted) return
    working ??= work()
    await working
  }
}

/** Puts this in place where nothing is: without a route file Traefik would show a certificate of its own. */
export async function placeFirstRoutes(home: string, text: string): Promise<void> {
  await makeFolders(home)
  await placeFirst(file(home), text, await ownerOf(home))
}

/** Answers what is there already, from before. */
async function prepare(home: string): Promise<string> {
  await makeFolders(home)
  return readFile(file(home), 'utf8').catch(() => '')
}

async function makeFolders(home: string): Promise<void> {
  const owner = await ownerOf(home)
  await makeFolder(join(home, 'traefik'), owner)
  await makeFolder(routesFolder(home), owner)
}

function file(home: string): string {
  return join(routesFolder(home), 'routes.yml')
}
