import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { describe, expect, test, vi } from 'vitest'
import { roomOf } from '../../../src/uploads/quota.ts'
import { createUploads } from '../../../src/uploads/uploads.ts'
import { createFakeClock } from '../../fakes/clock.ts'
import { flushedBy } from '../files/flushed.ts'
import { aPlace, archive, filesIn, inPieces, limits, type Raw } from './archives.ts'

const hour = 3_600_000
const shop: Raw[] = [{ name: 'compose.yaml', content: 'services: {}\n' }, { name: 'www/index.html' }]
const sizeOf = archive(...shop).length
const room = roomOf({ bytes: sizeOf, entries: 3 })

function aKeeper({ home = aPlace(), quota = 10 * room } = {}) {
  const clock = createFakeClock({ auto: false })
  const logged: string[] = []
  const uploads = createUploads({ home, limits, quota, keepFor: hour }, { clock, log: { warn: (_, message) => void logged.push(message) } })
  const send = (...entries: Raw[]) => uploads.receive(inPieces(archive(...(entries.length > 0 ? entries : shop))), { owner, declared: null })
  return { ...{ home, clock, uploads, send, logged }, left: () => (existsSync(join(home, 'uploads')) ? readdirSync(join(home, 'uploads')) : []) }
}

const gone = { trouble: { reason: 'not_found' } }
const busy = { trouble: { reason: 'busy' } }
const nothing = async () => {}
const admit = async (_: unknown, admitted: () => void) => admitted()
const owner = 'local'
const mine = (id: string) => ({ id, owner })

describe('an upload', () => {
  test('is there for an hour, under an id that nobody can guess', async () => {
    const { uploads, send, clock } = aKeeper()

    const kept = await send()

    expect(kept).toMatchObject({
      id: expect.stringMatching(/^[0-9a-f]{32}$/),
      bytes: sizeOf,
      entries: 3,
      expiresAt: new Date(clock.now() + hour).toISOString(),
    })
    expect(Object.keys(await uploads.use(mine(kept.id), async ({ path }) => filesIn(path)))).toEqual(['compose.yaml', 'www/', 'www/index.html'])
    expect((await send()).id).not.toBe(kept.id)
  })

  test.each<[string, Raw[], RegExp]>([
    ['the tree itself', shop, /\/tree$/],
    ['the one folder in it', [{ name: 'shop/compose.yaml' }, { name: 'shop/www/index.html' }], /\/tree\/shop$/],
    ['the tree, where a Compose file stands beside', [{ name: 'docker-compose.yml' }], /\/tree$/],
    ['the tree, of several folders', [{ name: 'a/x' }, { name: 'b/x' }], /\/tree$/],
  ])('is the extension: %s', async (_, entries, folder) => {
    const { uploads, send } = aKeeper()

    await uploads.use(mine((await send(...entries)).id), async ({ path }) => expect(path).toMatch(folder))
  })

  test('goes when nobody has used it in time, but not while something does', async () => {
    const { uploads, send, clock, left } = aKeeper()
    const [first, second] = [await send(), await send()]
    const working = Promise.withResolvers<void>()
    const use = uploads.use(mine(second.id), () => working.promise)
    void uploads.keepSwept(new AbortController().signal)

    await clock.advance(hour + 60_000)
    await vi.waitUntil(() => left().length < 2)

    await expect(uploads.use(mine(first.id), nothing)).rejects.toMatchObject(gone)
    expect(left()).toEqual([second.id])
    working.resolve()
    await use
  })

  test('is one revision’s alone, until that lets go of it', async () => {
    const { uploads, send, clock, left } = aKeeper()
    const { id } = await send()
    await uploads.adopt(mine(id), admit)

    await clock.advance(2 * hour)

    await expect(uploads.adopt(mine(id), admit)).rejects.toMatchObject(busy)
    await expect(uploads.remove(mine(id))).rejects.toMatchObject(busy)
    await uploads.release(id)
    await uploads.release(id)
    await expect(uploads.use(mine(id), nothing)).rejects.toMatchObject(gone)
    expect(left()).toEqual([])
  })

  test('stays free where the revision was refused', async () => {
    const { uploads, send } = aKeeper()
    const { id } = await send()

    await expect(uploads.adopt(mine(id), () => Promise.reject(new Error('refused')))).rejects.toThrow('refused')

    await uploads.adopt(mine(id), admit)
  })

  test('is a revision’s from when that is on record, also where its request fails then', async () => {
    const { uploads, send, clock } = aKeeper()
    const { id } = await send()
    const failing = async (_: unknown, admitted: () => void) => {
      admitted()
      throw new Error('database is locked')
    }

    await expect(uploads.adopt(mine(id), failing)).rejects.toThrow('database is locked')

    await clock.advance(2 * hour)
    await expect(uploads.adopt(mine(id), admit)).rejects.toMatchObject(busy)
    await expect(uploads.remove(mine(id))).rejects.toMatchObject(busy)
  })

  test('may be given up', async () => {
    const { uploads, send, left } = aKeeper()

    await uploads.remove(mine((await send()).id))

    expect(left()).toEqual([])
  })

  test('nothing is left of one that is refused, or whose sender goes away', async () => {
    const { uploads, send, left } = aKeeper()
    async function* cutOff() {
      yield archive(...shop).subarray(0, 700)
      throw new Error('aborted')
    }

    await expect(send({ name: 'a' }, { name: '../x' })).rejects.toThrow('climbs out')
    await expect(uploads.receive(cutOff(), { owner, declared: null })).rejects.toThrow('aborted')
    expect(left()).toEqual([])
  })
})

describe('room', () => {
  test('is what an upload becomes on the disk: a small archive of many folders takes much', async () => {
    const { send, left } = aKeeper({ quota: 10 * room })
    const deep = Array.from({ length: 10 }, (_, at) => ({ name: `f${at}/${'d/'.repeat(6)}x` }))

    await expect(send(...shop, ...deep)).rejects.toMatchObject({ trouble: { reason: 'disk_full' } })
    expect(left()).toEqual([])
  })

  test('all together take no more than the quota, those that are coming included', async () => {
    const { uploads, send } = aKeeper({ quota: 2 * room })
    const full = { trouble: { reason: 'disk_full' } }
    await send()
    const go = Promise.withResolvers<void>()
    async function* slow() {
      yield archive(...shop).subarray(0, 1024)
      await go.promise
      yield archive(...shop).subarray(1024)
    }
    const coming = uploads.receive(slow(), { owner, declared: null })
    await new Promise(setImmediate)

    await expect(send()).rejects.toMatchObject(full)
    await expect(uploads.receive(inPieces(archive()), { owner, declared: room })).rejects.toMatchObject(full)
    go.resolve()
    const { id } = await coming
    await uploads.remove(mine(id))
    await send()
  })

  test('one that says that it is too large is refused before anything of it is read', async () => {
    const { uploads } = aKeeper()
    const unread = new Readable({ read: () => expect.unreachable() })

    await expect(uploads.receive(unread, { owner, declared: limits.bytes + 1 })).rejects.toThrow('larger than 1 MiB')
  })
})

/** Nobody can remove its folder, for it is none; answers how to put it back. */
function stuck(home: string): () => void {
  const uploads = join(home, 'uploads')
  const [id = ''] = readdirSync(uploads)
  renameSync(join(uploads, id), join(home, 'aside'))
  writeFileSync(join(uploads, id), '')
  return () => {
    rmSync(join(uploads, id))
    renameSync(join(home, 'aside'), join(uploads, id))
  }
}

describe('what cannot be removed', () => {
  test('is nobody’s any more, takes its room, is told, and is tried again', async () => {
    const { home, uploads, send, clock, logged, left } = aKeeper({ quota: room })
    const { id } = await send()
    const putBack = stuck(home)

    await uploads.remove(mine(id))
    const after = uploads.use(mine(id), nothing)

    await expect(after).rejects.toMatchObject(gone)
    await expect(send()).rejects.toMatchObject({ trouble: { reason: 'disk_full' } })
    expect(logged).toEqual(['an upload could not be removed yet'])
    putBack()
    const over = new AbortController()
    void uploads.keepSwept(over.signal)
    await vi.waitUntil(() => left().length === 0)
    over.abort()
    await clock.advance(0)
    await send()
  })

  test('does not hide why it was refused', async () => {
    const { home, uploads, logged } = aKeeper()
    async function* climbing() {
      const bytes = archive({ name: 'a' }, { name: '../x' })
      yield bytes.subarray(0, 512)
      stuck(home)
      yield bytes.subarray(512)
    }

    await expect(uploads.receive(climbing(), { owner, declared: null })).rejects.toThrow('climbs out')
    expect(logged).toEqual(['an upload could not be removed yet'])
  })
})

test('an upload is on the disk before it is whole', { skip: process.platform !== 'linux' }, async () => {
  const { home, send } = aKeeper()
  const kept: string[] = []

  const flushed = await flushedBy(async () => kept.push((await send()).id))

  const own = join(home, 'uploads', kept[0] ?? '')
  const tree = ['tree', 'tree/compose.yaml', 'tree/www', 'tree/www/index.html']
  expect(flushed.slice(0, 4).toSorted()).toEqual(tree.map((name) => join(own, name)))
  expect(flushed.slice(4).filter((path) => !path.endsWith('.json'))).toEqual([own, join(home, 'uploads')])
})

describe('after a killed server', () => {
  test('what is a revision’s stays, what waits keeps its time, what is half there goes', async () => {
    const before = aKeeper()
    const [used, waiting] = [await before.send(), await before.send()]
    mkdirSync(join(before.home, 'uploads/half/tree'), { recursive: true })
    writeFileSync(join(before.home, 'uploads/half/tree/x'), '')
    const after = aKeeper({ home: before.home })

    await after.uploads.recover(new Set([used.id]))

    expect(after.left().toSorted()).toEqual([used.id, waiting.id].toSorted())
    await expect(after.uploads.adopt(mine(used.id), admit)).rejects.toMatchObject(busy)
    await after.uploads.use(mine(waiting.id), nothing)
    await after.clock.advance(hour)
    await after.uploads.recover(new Set([used.id]))
    expect(after.left()).toEqual([used.id])
  })
  test('or after a power cut: what is torn goes, and what cannot be removed holds up no start', async () => {
    const { home, send, logged, uploads, left } = aKeeper()
    const [whole, torn] = [await send(), await send()]
    writeFileSync(join(home, 'uploads', torn.id, 'upload.json'), '')
    writeFileSync(join(home, 'uploads/stray'), '')

    await uploads.recover(new Set())

    expect(left().toSorted()).toEqual([whole.id, 'stray'].toSorted())
    expect(logged).toEqual(['what is left of an upload could not be removed'])
  })
})
