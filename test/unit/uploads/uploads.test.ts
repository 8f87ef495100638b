import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { describe, expect, test, vi } from 'vitest'
import { createUploads } from '../../../src/uploads/uploads.ts'
import { createFakeClock } from '../../fakes/clock.ts'
import { aPlace, archive, filesIn, inPieces, limits, type Raw } from './archives.ts'

const hour = 3_600_000
const shop: Raw[] = [{ name: 'compose.yaml', content: 'services: {}\n' }, { name: 'www/index.html' }]
const sizeOf = archive(...shop).length

function aKeeper({ home = aPlace(), quota = 10 * sizeOf } = {}) {
  const clock = createFakeClock({ auto: false })
  const uploads = createUploads({ home, limits, quota, keepFor: hour }, clock)
  const send = (...entries: Raw[]) => uploads.receive(inPieces(archive(...(entries.length > 0 ? entries : shop))), { owner, declared: null })
  return { ...{ home, clock, uploads, send }, left: () => (existsSync(join(home, 'uploads')) ? readdirSync(join(home, 'uploads')) : []) }
}

const gone = { trouble: { reason: 'not_found' } }
const busy = { trouble: { reason: 'busy' } }
const nothing = async () => {}
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
    await uploads.adopt(mine(id), nothing)

    await clock.advance(2 * hour)

    await expect(uploads.adopt(mine(id), nothing)).rejects.toMatchObject(busy)
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

    await uploads.adopt(mine(id), nothing)
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
  test('all together take no more than the quota, those that are coming included', async () => {
    const { uploads, send } = aKeeper({ quota: 2 * sizeOf })
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
    await expect(uploads.receive(inPieces(archive()), { owner, declared: sizeOf })).rejects.toMatchObject(full)
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

describe('after a killed server', () => {
  test('what is a revision’s stays, what waits keeps its time, what is half there goes', async () => {
    const before = aKeeper()
    const [used, waiting] = [await before.send(), await before.send()]
    mkdirSync(join(before.home, 'uploads/half/tree'), { recursive: true })
    writeFileSync(join(before.home, 'uploads/half/tree/x'), '')
    const after = aKeeper({ home: before.home })

    await after.uploads.recover(new Set([used.id]))

    expect(after.left().toSorted()).toEqual([used.id, waiting.id].toSorted())
    await expect(after.uploads.adopt(mine(used.id), nothing)).rejects.toMatchObject(busy)
    await after.uploads.use(mine(waiting.id), nothing)
    await after.clock.advance(hour)
    await after.uploads.recover(new Set([used.id]))
    expect(after.left()).toEqual([used.id])
  })
})
