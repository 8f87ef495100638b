import { chmod, readFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { createServer as createTcpServer, type Server, type Socket } from 'node:net'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { expectRefusal } from '../expect-failure.ts'
import { aWorld, type World } from '../world.ts'

const app = join(import.meta.dirname, 'app')

test.for([
  ['KAMIWAZA_EXTENSION_PROBE_TIMEOUT', '60s'],
  ['KAMIWAZA_EXTENSION_PROBE_TIMEOUT', '0'],
  ['KAMIWAZA_EXTENSION_PROBE_TIMEOUT', '-1'],
  ['KAMIWAZA_EXTENSION_PROBE_INTERVAL', 'often'],
  ['TORII_PORTS', '61100'],
  ['TORII_PORTS', '61200-61100'],
  ['TORII_HTTPS_PORT', '99999'],
  ['TORII_API_PORT', 'http'],
  ['TORII_SUBNET_POOL', '10.0.0.0/30'],
  ['TORII_PUBLIC_HOST', 'a b'],
  ['TORII_PULL_TIMEOUT', 'never'],
] as const)('%s=%s: the server refuses to start and names the variable', async ([name, value]) => {
  await using world = await aWorld({ env: () => ({ [name]: value }) })
  const { exit, stderr, stdout } = await world.torii('serve')

  expect({ exit, stdout }).toEqual({ exit: 2, stdout: '' })
  expect(stderr).toMatch(new RegExp(`^torii: ${name} must be .*"${value}"`))
})

test('so does every command that would start it', async () => {
  await using world = await aWorld({ env: () => ({ KAMIWAZA_EXTENSION_PROBE_TIMEOUT: '60s' }) })
  const [up, deployed] = [await world.torii('up'), await world.deploy(app)]

  for (const { exit, stderr } of [up, deployed])
    expect({ exit, stderr }).toMatchObject({ exit: 2, stderr: expect.stringMatching(/^torii: KAMIWAZA_EXTENSION_PROBE_TIMEOUT/) })
  expect(deployed.document).toMatchObject({ state: null, revision: null, failure: { sentence: expect.stringContaining('KAMIWAZA_EXTENSION_PROBE_TIMEOUT') } })
})

test.for([
  [
    'a record that is damaged',
    'torii.db',
    'no database',
    /torii\.db is damaged \(file is not a database\)\.$/m,
    'Put a copy of it back, or move it away to begin anew.',
  ],
  ['no token', 'token', '\n', /token holds no token\.$/m, 'Remove that file and `torii up`: a new one is made.'],
] as const)('a state folder that has %s is state_unusable, with its own way out', async ([, name, content, says, fix]) => {
  await using world = await aWorld()
  await world.write(`state/${name}`, content)
  const { exit, stderr, stdout } = await world.torii('serve', '--json')

  expect(exit, stderr).toBe(7)
  expect(JSON.parse(stdout)).toMatchObject({ failure: { reason: 'state_unusable', sentence: expect.stringMatching(says), fix } })
  expect((await world.torii('up')).stderr).toMatch(
    new RegExp(`The control plane ended at its start: The state folder cannot be used: [^]*\n  fix: ${RegExp.escape(fix)}`),
  )
})

test('a busy TORII_HTTPS_PORT is named, and nothing is left', async () => {
  await using world = await aWorld()
  await using _ = await listening(createTcpServer(), world.slot.httpsPort)

  await expectRefused(world, 'port_in_use', new RegExp(`TORII_HTTPS_PORT is ${world.slot.httpsPort}, and something else listens`))
})

test('`torii up` says so too: it is not up without its proxy', async () => {
  await using world = await aWorld()
  await using _ = await listening(createTcpServer(), world.slot.httpsPort)
  const { exit, stderr } = await world.torii('up')

  expect(exit, stderr).toBe(7)
  expect(stderr).toContain(`TORII_HTTPS_PORT is ${world.slot.httpsPort}`)
})

test('so is a busy TORII_PROXY_API_PORT', async () => {
  await using world = await aWorld()
  await using _ = await listening(createTcpServer(), world.slot.proxyApiPort)

  await expectRefused(world, 'port_in_use', new RegExp(`TORII_PROXY_API_PORT is ${world.slot.proxyApiPort}, and something else listens`))
})

test('a stranger on the port of the control plane is not taken for it, whether it speaks HTTP or nothing at all', async () => {
  for (const stranger of [createServer((_, answer) => answer.end('hello')), createTcpServer()]) {
    await using world = await aWorld()
    await using _ = await listening(stranger, world.slot.apiPort)
    const { exit, document, stderr } = await world.deploy(app)

    expect({ exit, state: document.state }, stderr).toEqual({ exit: 7, state: null })
    expect(document.failure?.sentence).toBe(`Something that is not Torii answers on 127.0.0.1:${world.slot.apiPort}.`)
    expect(document.failure?.fix).toContain('TORII_API_PORT')
  }
})

test('a control plane that is stopped by a signal is not called a stranger', async () => {
  await using world = await aWorld()
  await world.torii('up')
  const pid = Number(await readFile(join(world.home, 'server.pid'), 'utf8'))
  process.kill(pid, 'SIGSTOP')
  const { exit, stderr } = await world.torii('up')
  process.kill(pid, 'SIGCONT')

  expect(exit).toBe(7)
  expect(stderr).toMatch(new RegExp(`^torii: The control plane \\(pid ${pid}\\) runs and does not answer\\.$`, 'm'))
  expect((await world.torii('up')).exit).toBe(0)
})

test('one busy port of the range is left out, and the others are given out', async () => {
  await using world = await aWorld()
  const { first } = world.slot.ports
  await using _ = await listening(createTcpServer(), first)
  const taken = await world.deploy(app, { name: 'tool-one', port: first })
  const { exit, document } = await world.deploy(app, { name: 'tool-one' })

  expectRefusal(taken, { exit: 7, reason: 'port_unavailable', service: null, says: new RegExp(`${first} is not among the ports`) })
  expect(exit, document.failure?.sentence).toBe(0)
  expect(document.urls.at(-1)).toBe(`https://localhost:${first + 1}/`)
})

test('an engine that does not answer is engine_unreachable, and says where it was looked for', async () => {
  await using world = await aWorld({ env: ({ folder }) => ({ DOCKER_HOST: `unix://${folder}/nobody.sock` }) })

  await expectRefused(world, 'engine_unreachable', /does not answer on unix:\/\/\/.*nobody\.sock/)
})

test.for([
  ['too old', '#!/bin/sh\necho 2.10.0\n', /Compose 2\.10\.0, and Torii needs 2\.20 or newer/],
  ['no Compose', '#!/bin/sh\necho hello\n', /does not say its version/],
  ['not there', null, /TORII_COMPOSE names .*, which is no program/],
] as const)('a Compose that is %s is refused before anything is recorded', async ([, script, says]) => {
  await using world = await aWorld({ env: ({ folder }) => ({ TORII_COMPOSE: join(folder, 'my-compose') }) })
  if (script !== null) await chmod(await world.write('my-compose', script), 0o755)

  await expectRefused(world, 'compose_unusable', says)
  expect((await world.torii('ls', '--quiet')).stdout).toBe('')
})

async function expectRefused(world: World, reason: 'port_in_use' | 'engine_unreachable' | 'compose_unusable', says: RegExp): Promise<void> {
  const { exit, document, stderr } = await world.deploy(app, { name: 'unlucky' })

  expect({ exit, state: document.state, reason: document.failure?.reason }, stderr).toEqual({ exit: 7, state: null, reason })
  expect(document.failure?.sentence).toMatch(says)
  expect(document.failure?.fix).not.toBe('')
}

async function listening(server: Server, port: number): Promise<AsyncDisposable> {
  const visitors = new Set<Socket>()
  server.on('connection', (visitor: Socket) => visitors.add(visitor))
  await new Promise<void>((resolve) => server.listen({ host: '127.0.0.1', port }, resolve))
  const end = async () => {
    for (const visitor of visitors) visitor.destroy()
    await new Promise<void>((resolve) => server.close(() => resolve()))
  }
  return { [Symbol.asyncDispose]: end }
}
