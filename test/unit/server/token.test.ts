import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { readOrMakeToken } from '../../../src/server/token.ts'

let home: string
let warned: object[]
const log = { warn: (facts: object, message: string) => void warned.push({ ...facts, message }) }
const file = () => join(home, 'token')

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'torii-token-'))
  warned = []
})

afterEach(() => rmSync(home, { recursive: true, force: true }))

test('it is made at the first start, for its owner only, and nothing else is left', async () => {
  const token = await readOrMakeToken(home, log)

  expect(Buffer.from(token, 'base64url')).toHaveLength(32)
  expect(readFileSync(file(), 'utf8')).toBe(`${token}\n`)
  expect(statSync(file()).mode & 0o777).toBe(0o600)
  expect(readdirSync(home)).toEqual(['token'])
})

test('it is the same at the next start', async () => {
  const first = await readOrMakeToken(home, log)

  expect(await readOrMakeToken(home, log)).toBe(first)
  expect(warned).toEqual([])
})

test('many that start at once have one token', async () => {
  const tokens = await Promise.all(Array.from({ length: 30 }, () => readOrMakeToken(home, log)))

  expect(new Set(tokens)).toEqual(new Set([readFileSync(file(), 'utf8').trim()]))
  expect(readdirSync(home)).toEqual(['token'])
})

test('the state folder is made with it, for its owner only', async () => {
  const deep = join(home, 'state', 'torii')

  await readOrMakeToken(deep, log)

  expect(statSync(deep).mode & 0o777).toBe(0o700)
})

test('one that others could read is closed to them, and that is said without telling it', async () => {
  const token = await readOrMakeToken(home, log)
  chmodSync(file(), 0o644)

  expect(await readOrMakeToken(home, log)).toBe(token)
  expect(statSync(file()).mode & 0o777).toBe(0o600)
  expect(warned).toMatchObject([{ path: file(), mode: '644' }])
  expect(JSON.stringify(warned)).not.toContain(token)
})

test.each(['', '\n', 'short', 'with a space in it, and long enough', `${'x'.repeat(30)}\n${'y'.repeat(30)}`])(
  'a file that holds "%s" is no token',
  async (content) => {
    writeFileSync(file(), content, { mode: 0o600 })

    await expect(readOrMakeToken(home, log)).rejects.toMatchObject({
      trouble: { reason: 'state_unusable', detail: expect.stringMatching(/token holds no token$/), fix: expect.stringMatching(/^Remove that file/) },
    })
    expect(readFileSync(file(), 'utf8')).toBe(content)
  },
)

test('a token of one’s own is taken', async () => {
  writeFileSync(file(), 'a-token-of-my-own-012345\n', { mode: 0o600 })

  expect(await readOrMakeToken(home, log)).toBe('a-token-of-my-own-012345')
})
