import { mkdir, mkdtemp, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises'
import type { AddressInfo } from 'node:net'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { execa } from 'execa'
import { expect, test } from 'vitest'
import { isServer, serverProcess } from '../../../src/cli/server-process.ts'

const cli = join(import.meta.dirname, '../../../src/cli')

/** A program as the bundle would be: `serve` answers as told, anything else makes sure of the server. */
const program = (serves: string) => `
import { createServer } from 'node:http'
import { writeFileSync } from 'node:fs'
import { ensureServer } from '${cli}/background.ts'
import { realClock } from '${cli}/../clock.ts'
import { readConfig } from '${cli}/../config.ts'
import { reportError } from '${cli}/report-error.ts'
const config = readConfig()
const [, , command, build = 'dev'] = process.argv
if (command !== 'serve') await ensureServer(config, realClock, new AbortController().signal).catch((error) => { process.exitCode = reportError(error, false) })
else { ${serves} }
`

const answering = `
  const healthy = { version: '1', build: process.argv.includes('--background') && process.env.BUILD || 'dev' }
  createServer((_, response) => response.end(JSON.stringify(healthy))).listen(config.apiPort, config.apiHost, () => writeFileSync(config.home + '/server.pid', String(process.pid)))
  process.on('SIGTERM', () => process.exit())
`

interface Place extends AsyncDisposable {
  home: string
  port: number
  call(env?: Record<string, string>): Promise<{ stderr: string; exitCode?: number | undefined }>
}

async function aPlace(serves: string): Promise<Place> {
  const home = await mkdtemp(join(tmpdir(), 'torii-background-'))
  await mkdir(join(home, 'dist'))
  await writeFile(join(home, 'package.json'), '{"type":"module"}')
  const file = join(home, 'dist/cli.js')
  await writeFile(file, program(serves))
  const port = await freePort()
  const call = (env: Record<string, string> = {}) =>
    execa(process.execPath, [file, 'up'], {
      env: { PATH: '/usr/bin:/bin', TORII_HOME: home, TORII_API_PORT: String(port), ...env },
      extendEnv: false,
      reject: false,
      timeout: 20_000,
    })
  const end = async () => {
    const server = await serverProcess(home)
    if (server) process.kill(server.pid, 'SIGKILL')
    await rm(home, { recursive: true })
  }
  return { home, port, call, [Symbol.asyncDispose]: end }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}

test('a server is started in the background, said in one line, and outlives the call', async () => {
  await using place = await aPlace(answering)

  const { stderr, exitCode } = await place.call()

  expect([stderr, exitCode]).toEqual([`Starting the control plane in the background (${join(place.home, 'server.log')}).`, 0])
  expect(await serverProcess(place.home)).toMatchObject({ background: true })
  expect((await stat(join(place.home, 'server.log'))).mode & 0o777).toBe(0o600)
})

test('one that answers is left alone', async () => {
  await using place = await aPlace(answering)
  await place.call()
  const before = await serverProcess(place.home)

  const { stderr } = await place.call()

  expect(stderr).toBe('')
  expect(await serverProcess(place.home)).toEqual(before)
})

test('of many calls at once only one starts a server', async () => {
  await using place = await aPlace(`writeFileSync(config.home + '/started', 'x', { flag: 'a' });${answering}`)

  const calls = await Promise.all(Array.from({ length: 5 }, () => place.call()))

  expect(calls.map(({ exitCode }) => exitCode)).toEqual([0, 0, 0, 0, 0])
  expect(calls.filter(({ stderr }) => stderr.includes('Starting'))).toHaveLength(1)
  expect(await readFile(join(place.home, 'started'), 'utf8')).toBe('x')
})

test('one of another build is replaced', async () => {
  await using place = await aPlace(answering)
  await place.call({ BUILD: 'older' })
  const before = await serverProcess(place.home)

  const { stderr, exitCode } = await place.call()

  expect(stderr).toContain('of another build (older): restarting it.')
  expect(exitCode).toBe(0)
  expect((await serverProcess(place.home))?.pid).not.toBe(before?.pid)
})

test.each([
  ['its own sentence', `console.error('torii: TORII_PORTS must be \\x1b[31ma range.\\n  fix: Correct it.'); process.exit(2)`, 'TORII_PORTS must be a range.'],
  [
    'the message of its last log line',
    `console.error('{"level":60,"msg":"no database","err":{"message":"disk full"}}'); process.exit(1)`,
    'no database: disk full',
  ],
  ['that it said nothing', 'process.exit(1)', 'it said nothing'],
])('one that ends at its start is told with %s', async (_, serves, words) => {
  await using place = await aPlace(serves)
  await writeFile(join(place.home, 'server.log'), 'torii: an older trouble\n')

  const { stderr, exitCode } = await place.call()

  expect(stderr).toContain(`torii: The control plane ended at its start: ${words}\n`)
  expect(exitCode).toBe(7)
})

test('a log that has grown long is put aside before a start, and one older one is kept', async () => {
  await using place = await aPlace('console.error("torii: No."); process.exit(1)')
  const log = join(place.home, 'server.log')
  await writeFile(log, 'a long story\n')
  await truncate(log, 10_000_001)

  const { stderr } = await place.call()

  expect(stderr).toContain('The control plane ended at its start: No.')
  expect((await stat(log)).size).toBeLessThan(1_000)
  expect((await stat(`${log}.1`)).size).toBe(10_000_001)
})

test('a stranger on the port is named, and nothing is started', async () => {
  await using place = await aPlace(answering)
  const stranger = createServer((socket) => socket.end('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi')).listen(place.port, '127.0.0.1')

  const { stderr, exitCode } = await place.call()

  stranger.close()
  expect(stderr).toContain(`Something that is not Torii answers on 127.0.0.1:${place.port}.`)
  expect(exitCode).toBe(7)
})

test.each([
  [['/usr/bin/node', '/x/dist/cli.js', 'serve', '--background', ''], true],
  [['node', '--', 'src/cli/main.ts', 'serve', ''], true],
  [['/usr/bin/node', '/x/dist/cli.js', 'deploy', 'serve', ''], false],
  [['vim', '/x/dist/cli.js', ''], false],
  [[''], false],
])('%j is a server: %j', (args, is) => {
  expect(isServer(args)).toBe(is)
})

test('a pid that is somebody else’s by now is none of ours', async () => {
  const home = await mkdtemp(join(tmpdir(), 'torii-pid-'))
  for (const text of [String(process.pid), '1', '-1', 'x', '', '99999999']) {
    await writeFile(join(home, 'server.pid'), text)
    expect(await serverProcess(home)).toBeNull()
  }
  await rm(home, { recursive: true })
})
