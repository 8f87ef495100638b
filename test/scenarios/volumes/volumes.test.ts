import { join } from 'node:path'
import { expect } from 'vitest'
import { documentOf } from '../command-line.ts'
import { dockerLines } from '../engine.ts'
import { inAWorld } from '../scenario.ts'

const test = inAWorld()
const app = join(import.meta.dirname, 'app')

interface Removed {
  volumesKept: string[]
  volumesRemoved: string[]
}

test('rm keeps the volumes and says which, and the next deployment of that name has their data and its old id', async ({ world }) => {
  const first = await world.deploy(app, { name: 'shop' })
  const removed = documentOf<Removed>(await world.torii('rm', 'shop', '--yes', '--json'))
  const kept = await dockerLines('volume', 'ls', '--quiet', '--filter', `label=torii.deployment=${first.document.deployment.id}`)
  const listed = await world.torii('ls', '--quiet')
  const second = await world.deploy(app, { name: 'shop' })

  expect(removed).toMatchObject({ volumesKept: [`torii-${first.document.deployment.id}_data`], volumesRemoved: [] })
  expect({ kept, listed: listed.stdout }).toEqual({ kept: removed.volumesKept, listed: '' })
  expect(second.document.deployment.id).toBe(first.document.deployment.id)
  expect((await world.fetch(second.document.urls[0] ?? '')).body).toBe('visit\nvisit\n')
})

test('another deployment of the same folder has a volume of its own, whatever the file calls it', async ({ world }) => {
  const other = await world.deploy(app, { name: 'other' })

  expect((await world.fetch(other.document.urls[0] ?? '')).body).toBe('visit\n')
  expect(await dockerLines('volume', 'ls', '--quiet', '--filter', 'name=somebody-elses')).toEqual([])
})

test('rm --volumes deletes them, also those that an earlier rm kept', async ({ world }) => {
  await world.torii('rm', 'shop', '--yes')
  const removed = await world.torii('rm', 'shop', '--volumes', '--yes', '--json')
  const gone = await world.torii('rm', 'shop', '--volumes', '--yes')
  const fresh = await world.deploy(app, { name: 'shop' })

  expect({ exit: removed.exit, kept: documentOf<Removed>(removed).volumesKept }).toEqual({ exit: 0, kept: [] })
  expect(documentOf<Removed>(removed).volumesRemoved).toHaveLength(1)
  expect(gone.exit).toBe(8)
  expect((await world.fetch(fresh.document.urls[0] ?? '')).body).toBe('visit\n')
})
