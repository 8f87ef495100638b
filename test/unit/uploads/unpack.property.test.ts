import { mkdirSync, readdirSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { DeployError } from '../../../src/deploy/failure.ts'
import { unpack } from '../../../src/uploads/unpack.ts'
import { aPlace, archive, inPieces, limits, pax, type Raw, rawEntry } from './archives.ts'

const part = fc.oneof(fc.constantFrom('a', 'A', 'b', '..', '.', '', 'é', 'e\u0301', '\\', 'C:', '\0', '~'), fc.string({ maxLength: 8 }))
const name = fc.array(part, { minLength: 1, maxLength: 5 }).map((parts) => parts.join('/'))
const type = fc.oneof({ weight: 5, arbitrary: fc.constantFrom('0', '5', '\0') }, fc.constantFrom('1', '2', '3', '4', '6', '7', 'x', 'g', 'L', 'K', 'S', 'M'))
const raw: fc.Arbitrary<Raw> = fc.oneof(
  fc.record({ name, type, content: fc.string({ maxLength: 700 }), mode: fc.nat(0o7777), linkname: name }),
  fc.record({ path: name, size: fc.nat(2000).map(String) }).map((records) => pax(records)),
)

/** Unpacks it beside nothing else: what it wrote outside would be seen. Answers what was thrown. */
async function tried(bytes: Uint8Array, piece: number): Promise<unknown> {
  const place = aPlace()
  const folder = join(place, 'in/tree')
  mkdirSync(folder, { recursive: true })
  try {
    await unpack(inPieces(bytes, piece), folder, limits)
    return null
  } catch (error) {
    return error
  } finally {
    expect([readdirSync(place), readdirSync(dirname(folder))]).toEqual([['in'], ['tree']])
    for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) expect(entry.isFile() || entry.isDirectory()).toBe(true)
    rmSync(place, { recursive: true })
  }
}

function expectRefusal(thrown: unknown): void {
  if (thrown === null) return
  expect(thrown).toBeInstanceOf(DeployError)
  expect((thrown as DeployError).trouble.reason).toBe('upload_refused')
}

test('whatever an archive says, it is unpacked below its folder as plain files and folders, or refused in words', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(raw, { maxLength: 6 }), fc.integer({ min: 1, max: 3000 }), async (entries, piece) => {
      expectRefusal(await tried(archive(...entries), piece))
    }),
    { numRuns: 300 },
  )
}, 60_000)

test('so it is when bytes of a good archive are changed, cut off or put twice', async () => {
  const good = archive(
    { name: 'd/', type: '5' },
    { name: 'd/a', content: 'x'.repeat(600) },
    pax({ path: 'd/long' }),
    { name: 'x', content: 'y' },
    { name: 'z' },
  )
  const change = fc.record({ at: fc.nat(good.length - 1), byte: fc.nat(255) })
  const mutated = fc.tuple(fc.array(change, { maxLength: 4 }), fc.nat(good.length), fc.boolean()).map(([changes, length, cut]) => {
    const bytes = Buffer.from(good)
    for (const { at, byte } of changes) bytes[at] = byte
    return cut ? bytes.subarray(0, length) : bytes
  })
  await fc.assert(
    fc.asyncProperty(mutated, fc.integer({ min: 1, max: 3000 }), async (bytes, piece) => expectRefusal(await tried(bytes, piece))),
    { numRuns: 300 },
  )
}, 60_000)

test('and whatever bytes come, also behind a header that is right', async () => {
  const bytes = fc.uint8Array({ maxLength: 3000 })
  await fc.assert(
    fc.asyncProperty(bytes, fc.boolean(), async (some, behind) => {
      expectRefusal(await tried(behind ? Buffer.concat([rawEntry({ name: 'a', content: Buffer.from(some) }), some]) : some, 700))
    }),
    { numRuns: 200 },
  )
}, 60_000)
