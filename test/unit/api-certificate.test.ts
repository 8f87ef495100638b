import { X509Certificate } from 'node:crypto'
import { existsSync, mkdtempSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { apiKeys, type Keys, keepApiKeys } from '../../src/api-certificate.ts'
import { readConfig } from '../../src/config.ts'
import { certificateIn, issueAuthority, issueLeaf } from '../../src/traefik/issue.ts'
import { createFakeClock } from '../fakes/clock.ts'

const day = 24 * 3_600_000
const newHome = () => mkdtempSync(join(tmpdir(), 'torii-api-'))
const configOf = (home: string, more: Record<string, string> = {}) => readConfig({ TORII_HOME: home, TORII_API_BIND: '127.0.0.2', ...more })
const clockAt = (ms = Date.now()) => ({ ...createFakeClock(), now: () => ms })
const filesOf = (home: string, cert: string, key = cert) => {
  writeFileSync(join(home, 'cert.pem'), cert)
  writeFileSync(join(home, 'key.pem'), key)
  return { TORII_API_CERT: join(home, 'cert.pem'), TORII_API_KEY: join(home, 'key.pem') }
}

test('on loopback alone there is none, and none is made', async () => {
  const home = newHome()

  expect(await apiKeys(readConfig({ TORII_HOME: home }), clockAt())).toBeNull()
  expect(existsSync(join(home, 'ca'))).toBe(false)
})

test('without files it is signed by the authority of `torii ca`, for the address and the names, with a key that goes to nobody else', async () => {
  const home = newHome()

  const keys = await apiKeys(configOf(home, { TORII_API_HOSTS: 'torii.example.org:443' }), clockAt())

  const leaf = new X509Certificate(keys?.cert ?? '')
  expect(leaf.verify(new X509Certificate(readFileSync(join(home, 'ca/authority.pem'))).publicKey)).toBe(true)
  expect([leaf.checkIP('127.0.0.2'), leaf.checkHost('torii.example.org'), leaf.checkHost('evil.test')]).toEqual(['127.0.0.2', 'torii.example.org', undefined])
  expect(statSync(join(home, 'ca/api/leaf.pem')).mode & 0o777).toBe(0o600)
  expect(existsSync(join(home, 'ca/leaf'))).toBe(false)
})

test('it stays the same until a name is added or it ends within a month', async () => {
  const home = newHome()
  const now = Date.now()
  const at = async (ms: number, hosts = '') => (await apiKeys(configOf(home, { TORII_API_HOSTS: hosts }), clockAt(ms)))?.cert

  const [first, again, later] = [await at(now), await at(now + 300 * day), await at(now + 380 * day)]
  const named = await at(now + 380 * day, 'torii.example.org')

  expect(again).toBe(first)
  expect(new Set([first, later, named]).size).toBe(3)
})

test('an operator’s own files are taken as they are', async () => {
  const home = newHome()
  const leaf = await issueLeaf(await issueAuthority(Date.now()), ['torii.example.org'], Date.now())

  expect(await apiKeys(configOf(home, filesOf(home, certificateIn(leaf), leaf)), clockAt())).toEqual({ cert: certificateIn(leaf), key: leaf })
})

test.each<[string, (home: string) => Promise<Record<string, string>>, string]>([
  [
    'not there',
    async (home) => ({ TORII_API_CERT: join(home, 'no.pem'), TORII_API_KEY: join(home, 'no.pem') }),
    'TORII_API_CERT must be a file that can be read',
  ],
  ['no PEM', async (home) => filesOf(home, 'hello'), 'are no certificate and its key in PEM'],
  [
    'not each other’s',
    async (home) => {
      const authority = await issueAuthority(Date.now())
      const [one, other] = await Promise.all([issueLeaf(authority, ['x'], Date.now()), issueLeaf(authority, ['x'], Date.now())])
      return filesOf(home, certificateIn(one), other)
    },
    'are no certificate and its key in PEM',
  ],
  [
    'over',
    async (home) => {
      const before = Date.now() - 500 * day
      return filesOf(home, await issueLeaf(await issueAuthority(before), ['x'], before))
    },
    'has ended on',
  ],
])('files that are %s keep the server from starting, in one sentence', async (_, files, sentence) => {
  const home = newHome()

  await expect(apiKeys(configOf(home, await files(home)), clockAt())).rejects.toThrow(sentence)
})

test('once a day it is looked at again; what cannot be read leaves the one before', async () => {
  const home = newHome()
  const authority = await issueAuthority(Date.now())
  const files = filesOf(home, await issueLeaf(authority, ['x'], Date.now()))
  const clock = createFakeClock({ auto: false })
  const served: Keys[] = []
  const warned: string[] = []
  const over = new AbortController()
  const log = { warn: (_: object, message: string) => void warned.push(message) }
  const keeping = keepApiKeys(configOf(home, files), (keys) => void served.push(keys), { clock: { ...clock, now: Date.now }, log }, over.signal)
  const until = async (happened: () => boolean) => {
    while (!happened()) await new Promise(setImmediate)
  }

  await clock.advance(day)
  await until(() => served.length === 1)
  writeFileSync(files['TORII_API_CERT'] ?? '', 'hello')
  await clock.advance(day)
  await until(() => warned.length === 1)
  over.abort()
  await keeping

  expect(served).toHaveLength(1)
  expect(warned).toEqual(['the certificate of the control plane could not be renewed'])
})
