import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { execa } from 'execa'
import { expect, inject } from 'vitest'
import type { Reason } from '../../../src/deploy/failure.ts'
import { aRegistry, login, pushImage, type Registry } from '../registry.ts'
import { inAWorld } from '../scenario.ts'
import type { World } from '../world.ts'
import { answersOf, commandsOf, labelsOf, type Seen, secretsIn, stateOf, watchProcesses } from './look-everywhere.ts'
import { planted, plantedFolder } from './planted.ts'

const test = inAWorld().extend<{ registry: Registry }>({
  registry: [
    async ({ world }, use) => {
      const storage = join(world.folder, 'registry')
      {
        await using open = await aRegistry({ port: world.slot.spare[0], storage })
        await pushImage(`${open.address}/base:1`, world.folder, { page: 'base' })
      }
      await using locked = await aRegistry({ port: world.slot.spare[0], storage, locked: true })
      await use(locked)
    },
    { scope: 'file' },
  ],
})

const loggingIn = (world: World, host: string, password: string) =>
  execa(process.execPath, ['--', join(inject('checkout'), 'dist/cli.js'), 'registry', 'login', host, '--username', login.user, '--json'], {
    cwd: world.folder,
    env: world.env,
    extendEnv: false,
    input: `${password}\n`,
    reject: false,
  })

test('a login is asked of the registry before it is kept, and builds then have their bases', async ({ world, registry }) => {
  const folder = await plantedFolder(world.folder, 'deploys', `${registry.address}/base:1`)
  const given = { name: 'early', env: { PASSWORD: planted.env }, envFile: join(folder, 'call.env') }

  const without = await world.deploy(folder, given)
  const wrong = await loggingIn(world, registry.address, 'not the password')
  const away = await loggingIn(world, '127.0.0.1:1', planted.registry)
  const right = await loggingIn(world, registry.address, planted.registry)
  const listed = await world.torii('registry', 'ls', '--json')

  expect(without.document.failure?.reason).toBe('build_failed')
  expect([wrong.exitCode, away.exitCode, right.exitCode]).toEqual([4, 4, 0])
  expect(JSON.parse(wrong.stdout).failure.sentence).toMatch(`${registry.address} does not accept this login (`)
  expect(JSON.parse(away.stdout).failure.sentence).toMatch('127.0.0.1:1 could not be asked whether it accepts this login (')
  expect(JSON.parse(right.stdout)).toMatchObject({ host: registry.address, username: login.user, checked: true })
  expect(JSON.parse(listed.stdout).registries.map(({ host }: { host: string }) => host)).toEqual([registry.address])
  const token = (await readFile(join(world.home, 'token'), 'utf8')).trim()
  const said = { without: both(without), wrong: both(wrong), right: both(right), listed: both(listed), ...(await stateOf(world.home)) }
  expect(secretsIn(said, { ...planted, token })).toEqual([])
})

test.for<[string, Reason | null]>([
  ['deploys', null],
  ['exits', 'container_exited'],
  ['ill', 'container_unhealthy'],
  ['answers', 'app_error'],
  ['is-refused', 'policy_denied'],
  ['is-misspelt', 'compose_invalid'],
  ['is-not-built', 'build_failed'],
])('of one that %s, with a secret in every place, none is found anywhere', { timeout: 120_000 }, async ([ending, reason], { world, registry }) => {
  const folder = await plantedFolder(world.folder, ending, `${registry.address}/base:1`)
  const envFile = join(folder, 'call.env')
  await world.torii('up')
  expect((await loggingIn(world, registry.address, planted.registry)).exitCode).toBe(0)
  const pid = await readFile(join(world.home, 'server.pid'), 'utf8').then(Number)
  const processes = watchProcesses(async () => pid)

  const planned = await world.torii('plan', folder, '--name', ending, '--env', `PASSWORD=${planted.env}`, '--env-file', envFile, '--json')
  const deployed = await world.deploy(folder, { name: ending, env: { PASSWORD: planted.env }, envFile })
  const drawn = await world.torii('deploy', folder, '--name', ending, '--env', `PASSWORD=${planted.env}`, '--env-file', envFile)

  expect(deployed.document.failure?.reason ?? null, both(drawn)).toBe(reason)
  const token = (await readFile(join(world.home, 'token'), 'utf8')).trim()
  const key = (await readFile(join(world.home, 'key'), 'utf8')).trim()
  const seen: Seen = {
    ...(await processes.stop()),
    ...(await commandsOf(world, ending)),
    ...(await answersOf(world, ending)),
    ...(await stateOf(world.home)),
    ...(await labelsOf(world)),
    ...{ planned: both(planned), deployed: both(deployed), drawn: both(drawn) },
  }
  expect(Object.keys(seen).length).toBeGreaterThan(25)
  if (reason !== 'policy_denied' && reason !== 'compose_invalid') {
    expect(seen['command lines']).toMatch(/buildx|docker-compose/)
    expect(seen[`GET /events?deployment=${ending}`]).toContain('"type":"state"')
  }
  if (reason === null || reason === 'container_exited') expect(seen[`torii logs ${ending}`]).toMatch(/plain <[\w ]+> here/)
  expect(secretsIn(seen, { ...planted, token, key })).toEqual([])
})

function both({ stdout, stderr }: { stdout: string; stderr: string }): string {
  return `${stdout}\n${stderr}`
}
