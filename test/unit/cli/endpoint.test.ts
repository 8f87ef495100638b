import { mkdtempSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createApi } from '../../../src/cli/api.ts'
import { createClient } from '../../../src/cli/client.ts'
import { endpointOf, type ServerOptions } from '../../../src/cli/endpoint.ts'
import { certificateIn, issueAuthority, issueLeaf } from '../../../src/traefik/issue.ts'

const folder = mkdtempSync(join(tmpdir(), 'torii-endpoint-'))
const file = (name: string, text: string) => {
  writeFileSync(join(folder, name), text)
  return join(folder, name)
}
const config = { home: folder, apiHost: '127.0.0.1', apiPort: 8480 }
const token = 'torii_0123456789ab_a-token-of-the-tests'
const endpoint = (options: ServerOptions, variables: Record<string, string> = {}) => endpointOf(options, config, (name) => variables[name])

describe('which control plane is asked', () => {
  test('this machine’s own, with the token of its state folder, where none is named', async () => {
    file('token', `${token}\n`)

    const own = endpoint({}, { TORII_TOKEN: 'another-token-that-is-not-meant' })

    expect(own).toMatchObject({ origin: 'http://127.0.0.1:8480', address: '127.0.0.1:8480', remote: false })
    expect(await own.credentials()).toEqual({ token, ca: null })
  })

  test('the option wins over the variable, the file over the variable', async () => {
    const variables = { TORII_SERVER: 'https://a.test:1', TORII_TOKEN: 'the-token-of-the-variable', TORII_CA: file('a.pem', 'A') }

    const [byVariable, byOption] = [
      endpoint({}, variables),
      endpoint({ server: 'https://b.test:2/', tokenFile: file('t', `${token}\n`), ca: file('b.pem', 'B') }, variables),
    ]

    expect(byVariable).toMatchObject({ origin: 'https://a.test:1', address: 'a.test:1', remote: true })
    expect(await byVariable.credentials()).toEqual({ token: 'the-token-of-the-variable', ca: 'A' })
    expect(byOption).toMatchObject({ origin: 'https://b.test:2', address: 'b.test:2', remote: true })
    expect(await byOption.credentials()).toEqual({ token, ca: 'B' })
  })

  test.each([
    ['torii.example.org:8482', 'is no address'],
    ['ftp://torii.example.org', 'is no address'],
    ['https://user@torii.example.org', 'is no address'],
    ['https://torii.example.org/api', 'is no address'],
    ['http://torii.example.org:8482', 'in clear'],
    ['http://127.0.0.1.evil.test:8480', 'in clear'],
  ])('%s: %s', (server, words) => {
    expect(() => endpoint({ server })).toThrow(words)
  })

  test('in clear only to this machine itself: there a tunnel may end', () => {
    expect(endpoint({ server: 'http://localhost:8480' })).toMatchObject({ origin: 'http://localhost:8480', remote: true })
  })

  test.each<[string, ServerOptions, Record<string, string>, string]>([
    ['no token at all', { server: 'https://a.test' }, {}, 'There is no token for a.test.'],
    ['a variable with something else', { server: 'https://a.test' }, { TORII_TOKEN: 'x y' }, 'TORII_TOKEN holds no token.'],
    ['a variable with the name of a file', { server: 'https://a.test' }, { TORII_TOKEN: '/etc/passwd' }, 'TORII_TOKEN is the token itself, but names a file.'],
    ['a file that is not there', { server: 'https://a.test', tokenFile: '/nowhere/token' }, {}, 'The token file /nowhere/token cannot be read (ENOENT).'],
  ])('%s is said before anything is asked', async (_, options, variables, sentence) => {
    await expect(endpoint(options, variables).credentials()).rejects.toMatchObject({ exit: 2, message: sentence, fix: expect.stringMatching(/./) })
  })

  test('a token file without a server is a mistake, not a thing to pass over', () => {
    expect(() => endpoint({ tokenFile: 'x' })).toThrow('another control plane')
  })
})

describe('a control plane with a certificate of its own authority', () => {
  let authority: string
  const server = createServer((request, response) => {
    response.setHeader('content-type', 'application/json')
    response.end(JSON.stringify({ deployments: [], authorization: request.headers.authorization }))
  })
  let port: number

  beforeAll(async () => {
    authority = await issueAuthority(Date.now())
    const leaf = await issueLeaf(authority, ['127.0.0.1'], Date.now())
    server.setSecureContext({ cert: leaf, key: leaf })
    await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve))
    port = (server.address() as AddressInfo).port
  })
  afterAll(() => void server.close())

  const ask = (change: ServerOptions = {}) =>
    createApi(createClient(endpoint({ server: `https://127.0.0.1:${port}`, tokenFile: file('t', token), ...change }))).list()

  test('is asked with the token, once its authority is given', async () => {
    expect(await ask({ ca: file('ca.pem', certificateIn(authority)) })).toEqual({ deployments: [], authorization: `Bearer ${token}` })
  })

  test.each([
    ['without its authority', {}],
    ['under a name the certificate is not for', { named: 'localhost' }],
  ])('is not trusted %s, and that is said with the way out', async (_, { named }: { named?: string }) => {
    const ca = named === undefined ? {} : { ca: file('ca.pem', certificateIn(authority)), server: `https://${named}:${port}` }

    await expect(ask(ca)).rejects.toMatchObject({
      reason: 'server_unreachable',
      exit: 7,
      message: expect.stringMatching(/^The certificate of .* is not trusted: /),
      fix: expect.stringContaining('--ca FILE'),
    })
  })

  test('that is not there is no reason to start one here', async () => {
    await expect(ask({ server: 'https://127.0.0.1:1' })).rejects.toMatchObject({
      reason: 'server_unreachable',
      message: 'The control plane does not answer on 127.0.0.1:1 (ECONNREFUSED).',
      fix: expect.not.stringContaining('`torii up` starts it'),
    })
  })
})
