import { mkdir, readFile, stat, writeFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { expect, inject } from 'vitest'
import type { AuditEntry } from '../../../src/deploy/access.ts'
import { createCommandLine, documentOf } from '../command-line.ts'
import { inAWorld } from '../scenario.ts'
import { until } from '../until.ts'
import type { World } from '../world.ts'

const address = '127.0.0.2'
const test = inAWorld({ env: ({ spare }) => ({ TORII_API_BIND: address, TORII_API_TLS_PORT: String(spare[0]) }) })
const app = join(import.meta.dirname, 'app')

/** The command line of another machine: nothing of this one's but a token and an authority, each in a file. */
async function remote(world: World, token: string) {
  const cwd = join(world.folder, 'elsewhere')
  await mkdir(cwd, { recursive: true })
  await writeFile(join(cwd, 'token'), token, { mode: 0o600 })
  await writeFile(join(cwd, 'ca.pem'), await world.authority())
  const { PATH = '' } = world.env
  const env = { PATH, HOME: cwd, TORII_HOME: join(cwd, 'none'), TORII_SERVER: `https://${address}:${world.slot.spare[0]}`, TORII_CA: join(cwd, 'ca.pem') }
  const line = createCommandLine({ checkout: inject('checkout'), cwd, env })
  const withToken = (args: string[]) => [...args, '--token-file', join(cwd, 'token')]
  return { torii: (...args: string[]) => line.torii(...withToken(args)), begin: (args: string[]) => line.begin(withToken(args)) }
}

const made = async (world: World, ...args: string[]) => (await world.torii('token', 'create', ...args)).stdout

const trail = async (world: World) => documentOf<{ entries: AuditEntry[] }>(await world.torii('audit', '--json')).entries

test('a token for the names of one team lets another machine look after these, and shows no others', async ({ world }) => {
  await Promise.all([world.deploy(app, { name: 'team-a-web' }), world.deploy(app, { name: 'team-b-web' })])
  const far = await remote(world, await made(world, 'ci', '--scope', 'deploy', '--names', 'team-a-*', '--expires', '1h'))

  const listed = await far.torii('ls', '--quiet')
  const [theirs, logs, removal] = [await far.torii('status', 'team-b-web'), await far.torii('logs', 'team-b-web'), await far.torii('rm', 'team-b-web', '--yes')]
  const [stopped, started] = [await far.torii('stop', 'team-a-web'), await far.torii('start', 'team-a-web', '--json')]

  expect([listed.exit, listed.stdout]).toEqual([0, 'team-a-web'])
  for (const each of [theirs, logs, removal]) expect([each.exit, each.stderr]).toEqual([8, expect.stringContaining('no deployment is called team-b-web')])
  expect([stopped.exit, started.exit]).toEqual([0, 0])
  expect((await world.api.deployment('team-b-web'))?.live).toBe(1)
})

test('it may not make tokens, nor read who did what', async ({ world }) => {
  const far = await remote(world, await made(world, 'second', '--scope', 'deploy', '--expires', '1h'))

  const refused = [await far.torii('token', 'create', 'mine', '--scope', 'admin'), await far.torii('token', 'ls'), await far.torii('audit')]

  for (const { exit, stderr } of refused) expect([exit, stderr]).toEqual([7, expect.stringContaining('needs a token with the scope admin')])
})

test('what a token follows ends when it is revoked, and it opens nothing any more', async ({ world }) => {
  const far = await remote(world, await made(world, 'watcher', '--scope', 'read', '--expires', 'never'))
  const following = far.begin(['events', 'team-a-web', '--follow'])
  await until('the first event that is followed', async () => following.output().includes('DEPLOYED'))

  const revoked = await world.torii('token', 'revoke', 'watcher')
  const ended = await following.ended
  const after = await far.torii('ls')

  expect(revoked.exit).toBe(0)
  for (const { exit, stderr } of [ended, after]) expect([exit, stderr]).toEqual([7, expect.stringContaining('does not accept this token')])
})

test('the audit trail says who did what, from where, with which result, also over a restart, and can be exported', async ({ world }) => {
  await world.kill9()
  await world.restart()
  const file = join(world.folder, 'audit.jsonl')

  const entries = await trail(world)
  const exported = await world.torii('audit', '--export', file)

  const of = (who: string | null) =>
    entries.filter((entry) => entry.who === who).map(({ action, deployment, result, reason }) => [action, deployment, result, reason])
  expect(of('ci')).toEqual([
    ['rm', 'team-b-web', 'refused', 'not_found'],
    ['stop', 'team-a-web', 'accepted', null],
    ['start', 'team-a-web', 'accepted', null],
  ])
  expect(of('second')).toEqual([
    ['token create', null, 'refused', 'scope_missing'],
    ['authenticate', null, 'refused', 'scope_missing'],
    ['authenticate', null, 'refused', 'scope_missing'],
  ])
  expect(of('local')).toEqual(
    expect.arrayContaining([
      ['deploy', 'team-a-web', 'accepted', null],
      ['token revoke', null, 'accepted', null],
    ]),
  )
  expect(entries.filter(({ who, reason }) => who === null && reason === 'token_revoked').length).toBeGreaterThan(0)
  expect(new Set(entries.map((entry) => entry.address))).toEqual(new Set(['127.0.0.1']))
  expect(exported.exit).toBe(0)
  const lines = (await readFile(file, 'utf8')).trimEnd().split('\n')
  expect(lines.slice(0, entries.length).map((line) => JSON.parse(line))).toEqual(entries)
  expect((await stat(file)).mode & 0o777).toBe(0o600)
})

test('beyond loopback there is nothing in clear, and nobody is trusted but its authority', async ({ world }) => {
  const [port] = world.slot.spare
  const socket = connect(port, address)
  socket.on('error', () => {}).write(`GET /healthz HTTP/1.1\r\nHost: ${address}:${port}\r\n\r\n`)
  const clear = await text(socket).catch(() => '')
  const plain = await fetch(`http://${address}:${world.slot.apiPort}/healthz`).catch((error: Error) => error.cause)
  const untrusted = await world.torii('ls', '--server', `https://${address}:${port}`, '--token-file', join(world.home, 'token'))

  expect(clear).not.toContain('HTTP/1.1')
  expect(plain).toMatchObject({ code: 'ECONNREFUSED' })
  expect([untrusted.exit, untrusted.stderr]).toEqual([7, expect.stringContaining('is not trusted')])
})

test('doctor says what is exposed and which tokens never expire', async ({ world }) => {
  await made(world, 'endless', '--scope', 'admin', '--expires', 'never')

  const { findings } = documentOf<{ findings: { what: string; is: string; found: string }[] }>(await world.torii('doctor', '--json'))

  const of = (what: string) => findings.find((finding) => finding.what === what)
  expect(of('exposed API')).toMatchObject({ is: 'ok', found: expect.stringContaining(`https://${address}:${world.slot.spare[0]}`) })
  expect(of('tokens')).toMatchObject({ is: 'warning', found: expect.stringMatching(/never to expire: endless/) })
  expect(of('token file')).toMatchObject({ is: 'ok' })
})

test.for([
  [{ TORII_API_BIND: '0.0.0.0' }, 'needs TORII_API_HOSTS'],
  [{ TORII_API_CERT: '/nowhere/cert.pem' }, 'belong together'],
  [{ TORII_API_CERT: '/nowhere/cert.pem', TORII_API_KEY: '/nowhere/key.pem' }, 'TORII_API_CERT must be a file that can be read'],
] as const)('a server that could not keep that promise does not start: %j', async ([change, sentence], { world }) => {
  const home = join(world.folder, 'refused')
  const line = createCommandLine({
    checkout: inject('checkout'),
    cwd: world.folder,
    env: { ...world.env, TORII_HOME: home, TORII_API_PORT: String(world.slot.spare[1]), TORII_API_TLS_PORT: String(world.slot.spare[2]), ...change },
  })

  const { exit, stderr } = await line.torii('serve')

  expect([exit, stderr]).toEqual([2, expect.stringContaining(sentence)])
})
