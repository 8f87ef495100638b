import { X509Certificate } from 'node:crypto'
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createAuthority } from '../../../src/traefik/authority.ts'
import { createFakeClock, type FakeClock } from '../../fakes/clock.ts'

const day = 24 * 3_600_000

let home: string
let clock: FakeClock

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'torii-authority-'))
  clock = createFakeClock({ auto: false })
})

afterEach(() => rmSync(home, { recursive: true, force: true }))

const authority = (publicHost = 'localhost') => createAuthority({ config: { home, publicHost }, clock })
const leaf = () => new X509Certificate(readFileSync(join(home, 'ca/leaf/leaf.pem')))

test('is made once, and only its owner can read it', async () => {
  const first = await authority().caCertificate()

  const fingerprint = await authority().ensure()

  expect(await authority().caCertificate()).toBe(first)
  expect(await authority().ensure()).toBe(fingerprint)
  expect(first).not.toContain('PRIVATE')
  for (const [path, mode] of [
    ['ca', 0o700],
    ['ca/authority.pem', 0o600],
    ['ca/leaf', 0o700],
    ['ca/leaf/leaf.pem', 0o600],
  ] as const)
    expect(statSync(join(home, path)).mode & 0o777).toBe(mode)
})

test('signs a certificate for all names the proxy is called by', async () => {
  await authority('apps.example.org').ensure()

  const certificate = leaf()

  expect(certificate.verify(new X509Certificate(await authority().caCertificate()).publicKey)).toBe(true)
  for (const name of ['apps.example.org', 'localhost', 'host.docker.internal']) expect(certificate.checkHost(name)).toBe(name)
  for (const ip of ['127.0.0.1', '::1']) expect(certificate.checkIP(ip)).toBe(ip)
  expect(certificate.checkHost('example.org')).toBeUndefined()
  expect(certificate.ca).toBe(false)
})

test('a public host that is an address is named as one', async () => {
  await authority('192.168.7.8').ensure()

  expect(leaf().checkIP('192.168.7.8')).toBe('192.168.7.8')
})

test('renews a certificate that nears its end, under the same authority', async () => {
  const ca = await authority().caCertificate()
  const first = await authority().ensure()

  await clock.advance(360 * day)
  expect(await authority().ensure()).toBe(first)
  await clock.advance(8 * day)

  expect(await authority().ensure()).not.toBe(first)
  expect(await authority().caCertificate()).toBe(ca)
})

test('renews it when the public host changes', async () => {
  const first = await authority().ensure()

  expect(await authority('other.example').ensure()).not.toBe(first)
})

test('an authority at its end is replaced with what it signed', async () => {
  const ca = await authority().caCertificate()
  await authority().ensure()

  await clock.advance(3630 * day)

  expect(await authority().caCertificate()).not.toBe(ca)
  await authority().ensure()
  expect(leaf().verify(new X509Certificate(await authority().caCertificate()).publicKey)).toBe(true)
})

test('whatever a power cut left there is made anew', async () => {
  await authority().ensure()
  for (const file of ['ca/authority.pem', 'ca/leaf/leaf.pem']) writeFileSync(join(home, file), '')

  await authority().ensure()

  expect(leaf().verify(new X509Certificate(await authority().caCertificate()).publicKey)).toBe(true)
})

test('several processes at once agree on one authority, and leave no drafts', async () => {
  const made = await Promise.all(Array.from({ length: 5 }, () => authority().caCertificate()))

  expect(new Set(made).size).toBe(1)
  expect(readdirSync(join(home, 'ca'))).toEqual(['authority.pem'])
})
