import { beforeAll, describe, expect, test } from 'vitest'
import { judgeExposure, judgeTokenFile, judgeTokens, judgeUrls } from '../../../src/cli/doctor-access.ts'
import { readConfig } from '../../../src/config.ts'
import { issueAuthority, issueLeaf } from '../../../src/traefik/issue.ts'

const now = Date.now()
const day = 24 * 3_600_000
const files = { TORII_API_CERT: '/c.pem', TORII_API_KEY: '/k.pem' }
let leaf: string

beforeAll(async () => {
  leaf = await issueLeaf(await issueAuthority(now), ['10.0.0.7'], now)
})

describe('what is exposed', () => {
  const judged = (env: Record<string, string>, seen: Partial<Parameters<typeof judgeExposure>[1]> = {}) =>
    judgeExposure(readConfig(env), { certificate: leaf, key: null, now, ...seen })

  test('loopback alone', () => {
    expect(judged({})).toEqual({ what: 'exposed API', is: 'ok', found: '127.0.0.1:8480 alone, for whoever has a token', todo: '' })
  })

  test('an address of the network, with TLS', () => {
    const { is, found } = judged({ TORII_API_BIND: '10.0.0.7' })

    expect(is).toBe('ok')
    expect(found).toMatch(/^127\.0\.0\.1:8480, and with TLS https:\/\/10\.0\.0\.7:8482 \(bound to 10\.0\.0\.7:8482\).*certificate until \d{4}-\d\d-\d\d$/)
  })

  test.each<[string, Record<string, string>, object, string, RegExp]>([
    ['a certificate that ends soon', {}, { now: now + 390 * day }, 'warning', /torii up/],
    ['a certificate of one’s own that ends soon', files, { now: now + 390 * day }, 'warning', /read once a day/],
    ['no certificate yet', {}, { certificate: null }, 'warning', /makes it/],
    ['a file that is none', files, { certificate: 'hello' }, 'missing', /TORII_API_CERT/],
    ['a key that others can read', files, { key: { mode: 0o100644 } }, 'warning', /chmod 600 \/k\.pem/],
    ['a certificate for another name', { ...files, TORII_API_HOSTS: 'torii.example.org' }, { key: { mode: 0o100600 } }, 'warning', /certificate is for/],
  ])('%s', (_, env, seen, is, todo) => {
    expect(judged({ TORII_API_BIND: '10.0.0.7', ...env }, seen)).toMatchObject({ is, todo: expect.stringMatching(todo) })
  })
})

describe('tokens', () => {
  const token = (name: string, change: object = {}) => ({ name, state: 'active' as const, scope: 'read' as const, expiresAt: '2027-01-01', ...change })

  test.each([
    ['not to be known', null, 'ok', /does not run/],
    ['none', [], 'ok', /^none but/],
    ['with an end', [token('a'), token('b', { scope: 'admin' })], 'ok', /^2 tokens.*admin: b$/],
    ['without an end', [token('a'), token('b', { expiresAt: null })], 'warning', /never to expire: b$/],
    ['without an end, and revoked', [token('b', { expiresAt: null, state: 'revoked' })], 'ok', /^none but/],
  ])('that are %s', (_, tokens, is, found) => {
    expect(judgeTokens(tokens)).toMatchObject({ is, found: expect.stringMatching(found) })
  })

  test.each<[string, { mode: number } | string, string]>([
    ['for its owner alone', { mode: 0o100600 }, 'ok'],
    ['open to others', { mode: 0o100640 }, 'missing'],
    ['not there', 'ENOENT', 'ok'],
    ['closed', 'EACCES', 'warning'],
  ])('a token file that is %s', (_, seen, is) => {
    expect(judgeTokenFile('/x/token', seen).is).toBe(is)
  })
})

describe('where the URLs of deployments lead', () => {
  test.each<[string, Record<string, string>, string, string[]]>([
    ['this machine alone', {}, 'ok', []],
    ['nowhere for whoever may deploy', { TORII_API_BIND: '10.0.0.7' }, 'warning', ['TORII_PUBLIC_HOST', 'TORII_BIND']],
    ['a name that nothing is bound for', { TORII_API_BIND: '10.0.0.7', TORII_PUBLIC_HOST: 'torii.example.org' }, 'warning', ['TORII_BIND']],
    ['others too', { TORII_API_BIND: '10.0.0.7', TORII_PUBLIC_HOST: 'torii.example.org', TORII_BIND: '10.0.0.7' }, 'ok', []],
  ])('%s', (_, env, is, names) => {
    const judged = judgeUrls(readConfig(env))

    expect([judged.is, names.every((name) => judged.todo.includes(name)), judged.todo === '']).toEqual([is, true, names.length === 0])
  })
})
