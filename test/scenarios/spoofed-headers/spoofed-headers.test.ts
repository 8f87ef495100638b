import { join } from 'node:path'
import { connect } from 'node:tls'
import { expect } from 'vitest'
import { inAWorld } from '../scenario.ts'
import type { World } from '../world.ts'

const test = inAWorld()

interface Echo {
  path: URL
  port: URL
  prefix: string
}

let deployed: Promise<Echo> | undefined

/** An app that answers each request with the request itself, as it reached it. */
function echo(world: World): Promise<Echo> {
  deployed ??= (async () => {
    const { exit, document } = await world.deploy(join(import.meta.dirname, 'app'), { name: 'echo' })
    expect(exit, document.failure?.sentence).toBe(0)
    const [path = '', port = ''] = document.urls
    return { path: new URL(path), port: new URL(port), prefix: `/runtime/apps/${document.deployment.id}` }
  })()
  return deployed
}

/** Exactly these bytes, through TLS, and all that comes back until the connection ends. */
async function sent(world: World, to: URL, lines: string[], body = ''): Promise<string> {
  const ca = await world.authority()
  const { promise, resolve, reject } = Promise.withResolvers<string>()
  let said = ''
  const socket = connect({ host: '127.0.0.1', port: Number(to.port), servername: 'localhost', ca }, () => socket.write(`${lines.join('\r\n')}\r\n\r\n${body}`))
  socket.setTimeout(10_000, () => socket.destroy(new Error('no answer within 10 s')))
  socket.on('data', (chunk) => {
    said += chunk.toString('latin1')
  })
  socket.on('error', (error) => (said === '' ? reject(error) : resolve(said)))
  socket.on('close', () => resolve(said))
  return promise
}

const statusOf = (answer: string) => Number(/^HTTP\/1\.1 (\d+)/.exec(answer)?.[1])
/** What the app saw, as lines. */
const seen = (answer: string) => (answer.split('\r\n\r\n')[1] ?? '').split('\n').filter(Boolean)
const get = (to: URL, ...more: string[]) => [`GET ${to.pathname} HTTP/1.1`, `Host: ${to.host}`, 'Connection: close', ...more]
const valuesOf = (lines: string[], name: string) =>
  lines.filter((line) => line.toLowerCase().startsWith(`${name.toLowerCase()}:`)).map((line) => line.split(': ')[1])

const vouched = [
  ...[
    'X-Forwarded-For',
    'X-Forwarded-Host',
    'X-Forwarded-Proto',
    'X-Forwarded-Port',
    'X-Forwarded-Server',
    'X-Forwarded-Prefix',
    'X-Forwarded-Uri',
    'X-Forwarded-Method',
  ],
  ...['X-Forwarded-Tls-Client-Cert', 'X-Forwarded-User', 'X-Forwarded-Email', 'X-Forwarded-Groups', 'X-Real-Ip', 'Forwarded'],
  ...['X-User-Id', 'X-User-Name', 'X-User-Email', 'X-User-Roles', 'X-User-Groups', 'X-Torii-Candidate'],
]

test('what a proxy vouches for is the proxy’s own word, whatever a client sends by that name, once or twice, in any case', async ({ world }) => {
  const { path, port, prefix } = await echo(world)
  const spoofed = vouched.flatMap((name) => [`${name}: evil.test`, `${name.toLowerCase()}: evil.test`, `${name.toUpperCase()}: evil.test, evil.test`])

  for (const to of [path, port]) {
    const lines = seen(await sent(world, to, get(to, ...spoofed)))

    expect(lines[0]).toBe('GET / HTTP/1.1')
    expect(lines.join('\n')).not.toContain('evil.test')
    expect(valuesOf(lines, 'X-Forwarded-Host')).toEqual([to.host])
    expect(valuesOf(lines, 'X-Forwarded-Proto')).toEqual(['https'])
    expect(valuesOf(lines, 'X-Forwarded-Prefix')).toEqual(to === path ? [prefix] : [])
    expect(valuesOf(lines, 'X-Forwarded-For')).toEqual(['127.0.0.1'])
  }
})

test('nor under a name that WSGI, CGI and PHP take for it: underscores, dots and the like', async ({ world }) => {
  const { path } = await echo(world)
  const aliases = vouched.flatMap((name) => [name.replaceAll('-', '_'), name.replace('-', '_'), name.replaceAll('-', '.')])

  const lines = seen(await sent(world, path, get(path, ...aliases.map((name) => `${name}: evil.test`))))

  expect(lines.join('\n')).not.toContain('evil.test')
})

test('a client that names them hop-by-hop takes none of them away', async ({ world }) => {
  const { path, prefix } = await echo(world)
  const names = ['X-Forwarded-Host', 'X-Forwarded-Proto', 'X-Forwarded-For', 'X-Forwarded-Prefix', 'X-Real-Ip', 'Host']
  const [line = '', host = ''] = get(path)

  const lines = seen(await sent(world, path, [line, host, `Connection: close, ${names.join(', ')}`]))

  expect(valuesOf(lines, 'X-Forwarded-Host')).toEqual([path.host])
  expect(valuesOf(lines, 'X-Forwarded-Proto')).toEqual(['https'])
  expect(valuesOf(lines, 'X-Forwarded-Prefix')).toEqual([prefix])
  expect(valuesOf(lines, 'X-Forwarded-For')).toEqual(['127.0.0.1'])
  expect(valuesOf(lines, 'Host')).toEqual([path.host])
})

test('a request that two readers would read differently reaches the app once or not at all', async ({ world }) => {
  const { path } = await echo(world)
  const smuggled = `GET ${path.pathname}smuggled HTTP/1.1\r\nHost: x\r\n\r\n`
  const [line = '', host = '', close = ''] = get(path)
  const post = line.replace('GET', 'POST')
  const doubtful: [string, string[], string][] = [
    ['two hosts', [line, host, 'Host: evil.test', close], ''],
    ['two lengths', [post, host, close, 'Content-Length: 0', `Content-Length: ${smuggled.length}`], smuggled],
    ['a length and chunks', [post, host, close, `Content-Length: ${smuggled.length}`, 'Transfer-Encoding: chunked'], `0\r\n\r\n${smuggled}`],
    ['chunks by another name', [post, host, close, 'Transfer-Encoding: xchunked'], `0\r\n\r\n${smuggled}`],
    ['a space before the colon', [line, host, close, 'X-Forwarded-Host : evil.test'], ''],
    ['a folded line', [line, host, close, 'X-A: b\r\n X-Forwarded-Host: evil.test'], ''],
    ['a bare line feed in a value', [line, host, close, 'X-A: b\nX-Forwarded-Host: evil.test'], ''],
    ['a NUL in a value', [line, host, close, 'X-A: b\u0000'], ''],
  ]

  for (const [what, lines, body] of doubtful) {
    const answer = await sent(world, path, lines, body)
    const reached = seen(answer)
    expect([what, answer.match(/HTTP\/1\.1 200/g)?.length ?? 0]).toEqual([what, statusOf(answer) === 200 ? 1 : 0])
    expect([what, valuesOf(reached, 'X-Forwarded-Host').filter((value) => value !== path.host)]).toEqual([what, []])
    expect([what, reached.some((each) => each.includes('smuggled'))]).toEqual([what, false])
  }
  const [requests = ''] = await world.exec('echo', 'web', 'cat /tmp/requests')
  expect(requests).not.toContain('smuggled')
})

test('no Host and no way to write a path leads to another’s route, out of the prefix or to an inner address', async ({ world }) => {
  const { path, prefix } = await echo(world)
  const outside = [
    '/',
    '/dashboard/',
    '/api/rawdata',
    '/pages/starting',
    '/runtime/',
    `${prefix}/../..`,
    `${prefix}/..%2f..%2fpages/starting`,
    `${prefix}%2f..%2f..`,
    `//${path.host}/`,
    `${prefix}/../../api/v1/deployments`,
  ]

  for (const target of [...outside, ...outside.map((each) => each.replaceAll('..', '%2e%2e'))]) {
    const answer = await sent(world, path, [`GET ${target} HTTP/1.1`, `Host: ${path.host}`, 'Connection: close'])
    const lines = seen(answer)
    // Below the prefix the app may be asked, at a path of its own.
    if (statusOf(answer) === 200) expect([target, lines[0]]).toEqual([target, expect.stringMatching(/^GET \/(?!(.*\/)?\.\.(\/| ))/)])
    else expect([target, [301, 302, 307, 308, 400, 404].includes(statusOf(answer))]).toEqual([target, true])
    expect(answer).not.toMatch(/deployments|"routers"|being started/)
  }
  for (const host of [`127.0.0.1:${world.slot.apiPort}`, `localhost:${world.slot.proxyApiPort}`, '169.254.169.254', 'evil.test']) {
    const absolute = await sent(world, path, [`GET http://${host}/ HTTP/1.1`, `Host: ${host}`, 'Connection: close'])
    expect([host, statusOf(absolute)]).toEqual([host, 404])
  }
})
