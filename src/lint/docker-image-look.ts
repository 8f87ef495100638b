import { randomUUID } from 'node:crypto'
import { type InspectedImage, imageFactsOf, withTag } from '../docker/image-facts.ts'
import type { Ask } from '../engine-api/ask.ts'
import type { ImageLook, LocalImage } from './image-look.ts'

type Seen = InspectedImage & { Config?: { Env?: string[] | null } | null }

const usualPath = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'

/** Looks into images of an engine: a container is made and removed, never started. Each image is looked into once. */
export function dockerImageLook(ask: Ask): ImageLook {
  const known = new Map<string, Promise<LocalImage | null>>()
  const swept = sweep(ask)
  return {
    image: (reference) => {
      const before = known.get(reference) ?? swept.then(() => localImage(ask, reference))
      known.set(reference, before)
      return before
    },
  }
}

/** What a look left behind that was killed: whatever is so old belongs to none that still goes on. */
async function sweep(ask: Ask): Promise<void> {
  const filters = JSON.stringify({ label: ['torii.look'], until: ['10m'] })
  await ask({ method: 'POST', path: '/containers/prune', query: { filters } }).catch(() => {})
}

async function localImage(ask: Ask, reference: string): Promise<LocalImage | null> {
  const path = `/images/${withTag(reference).split('/').map(encodeURIComponent).join('/')}/json`
  const image = await ask<Seen>({ path }).catch(() => null)
  if (image === null) return null
  return { facts: imageFactsOf(image, reference), has: (programs) => look(ask, image, programs).catch(() => unknown(programs)) }
}

async function look(ask: Ask, image: Seen, programs: string[]): Promise<Record<string, boolean | null>> {
  const { Id: id } = await ask<{ Id: string }>({
    method: 'POST',
    path: '/containers/create',
    query: { name: `torii-look-${randomUUID()}` },
    body: { Image: image.Id, Cmd: ['true'], Labels: { 'torii.look': 'lint' }, NetworkDisabled: true },
  })
  try {
    const folders = pathOf(image)
    const found = await Promise.all(programs.map(async (program) => [program, await isIn(ask, id, folders, program)] as const))
    return Object.fromEntries(found)
  } finally {
    await ask({ method: 'DELETE', path: `/containers/${id}`, query: { force: true, v: true } }).catch(() => {})
  }
}

function pathOf({ Config: config }: Seen): string[] {
  const own = (config?.Env ?? []).find((entry) => entry.startsWith('PATH='))?.slice('PATH='.length)
  return (own ?? usualPath).split(':').filter((folder) => folder.startsWith('/'))
}

async function isIn(ask: Ask, id: string, folders: string[], program: string): Promise<boolean> {
  const paths = program.includes('/') ? [program] : folders.map((folder) => `${folder}/${program}`)
  for (const path of paths) if (await isThere(ask, id, path)) return true
  return false
}

// The engine's archive answers 404 for a path that is not there; of one that is, the beginning is enough.
async function isThere(ask: Ask, id: string, path: string): Promise<boolean> {
  try {
    for await (const _ of await ask.stream({ path: `/containers/${id}/archive`, query: { path } })) break
    return true
  } catch (error) {
    if ((error as { status?: number }).status === 404) return false
    throw error
  }
}

function unknown(programs: string[]): Record<string, boolean | null> {
  return Object.fromEntries(programs.map((program) => [program, null]))
}
