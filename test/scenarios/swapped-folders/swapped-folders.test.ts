import { mkdir, readdir, rename, rm, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { expect } from 'vitest'
import { docker } from '../engine.ts'
import { expectFailure } from '../expect-failure.ts'
import { inAWorld } from '../scenario.ts'
import type { World } from '../world.ts'

const test = inAWorld()

const reads = 'command: [sh, -c, "cat /data/secret; sleep 1000 & wait"]\n    stop_signal: KILL'
/** `second` waits for `first`, which is well when the test says so. */
const held = (bind: string, mode: string) => `services:
  first:
    image: busybox:stable
    command: [sh, -c, "sleep 1000 & wait"]
    stop_signal: KILL
    healthcheck: {test: [CMD, test, -f, /tmp/ok], interval: 1s, start_period: 30s}
  second:
    image: busybox:stable
    ${reads}
    volumes: ["${bind}:/data${mode}"]
    depends_on: {first: {condition: service_healthy}}
`

async function extension(world: World, name: string, file: string): Promise<string> {
  await world.write('outside/secret', 'of the host')
  await mkdir(join(world.folder, name, 'data/sub'), { recursive: true })
  await world.write(`${name}/data/secret`, 'of the extension\n')
  return world.write(`${name}/compose.yaml`, file)
}

/** What somebody who may write the folder does after it was judged. */
async function swap(world: World, folder: string): Promise<void> {
  await rename(join(world.folder, folder), join(world.folder, `${folder}.old`))
  await symlink(join(world.folder, 'outside'), join(world.folder, folder))
}

async function expectRead(world: World, name: string, service: string): Promise<void> {
  expect(await world.exec(name, service, 'cat /data/secret')).toEqual([expect.stringContaining('of the extension')])
  const { stdout } = await world.torii('logs', name)
  expect(stdout).toContain('of the extension')
  expect(stdout).not.toContain('of the host')
}

test('what a container reads of the folder is what was admitted, whatever becomes of the folder before it starts', async ({ world }) => {
  const deploying = world.deploying(await extension(world, 'tool-swap', held('./data', ':ro')), { name: 'tool-swap' })
  await world.api.event('tool-swap', 'container', ({ service, step }) => service === 'first' && step === 'started')
  await swap(world, 'tool-swap/data')
  await world.exec('tool-swap', 'first', 'touch /tmp/ok')
  const { exit, stderr } = await deploying.ended

  expect(exit, stderr).toBe(0)
  await expectRead(world, 'tool-swap', 'second')
})

test('so it is when the engine itself restarts the container, and when it is stopped and started again', async ({ world }) => {
  await swap(world, 'tool-swap/data.old')
  await docker('restart', '--time', '0', (await world.container('tool-swap', 'second')).Id)
  await expectRead(world, 'tool-swap', 'second')
  await world.torii('stop', 'tool-swap')
  const started = await world.torii('start', 'tool-swap')

  expect(started.exit, started.stderr).toBe(0)
  await expectRead(world, 'tool-swap', 'second')
})

test('killed after the copy was made, and the folder is gone: the next one goes on with the copy', async ({ world }) => {
  const deploying = world.deploying(await extension(world, 'tool-killed', held('./data', ':ro')), { name: 'tool-killed' })
  await world.api.event('tool-killed', 'container', ({ service, step }) => service === 'first' && step === 'started')
  await world.container('tool-killed', 'first')
  await world.kill9()
  await rm(join(world.folder, 'tool-killed'), { recursive: true })
  await world.exec('tool-killed', 'first', 'touch /tmp/ok')
  await world.restart()
  const { exit, stderr } = await deploying.ended

  expect(exit, stderr).toBe(0)
  await expectRead(world, 'tool-killed', 'second')
})

test('the copies go with the revision', async ({ world }) => {
  await world.torii('rm', 'tool-swap', '--yes')
  await world.torii('rm', 'tool-killed', '--yes')

  expect(await readdir(join(world.home, 'revisions'))).toEqual([])
})

test('a live folder that becomes a link before its container starts is not mounted', async ({ world }) => {
  const deploying = world.deploying(await extension(world, 'tool-live', held('./data', '')), { name: 'tool-live' })
  await world.api.event('tool-live', 'container', ({ service, step }) => service === 'first' && step === 'started')
  await swap(world, 'tool-live/data')
  await world.exec('tool-live', 'first', 'touch /tmp/ok')

  expectFailure(await deploying.ended, { exit: 3, reason: 'policy_denied', service: 'second', says: /tool-live\/data leads to .*\/outside by now/ })
  expect((await world.torii('logs', 'tool-live')).stdout).not.toContain('of the host')
})

test('nor when a stopped deployment is started again', async ({ world }) => {
  const path = await extension(world, 'tool-again', `services:\n  web:\n    image: busybox:stable\n    ${reads}\n    volumes: ["./data:/data"]\n`)
  await world.deploy(path, { name: 'tool-again' })
  await world.torii('stop', 'tool-again')
  await swap(world, 'tool-again/data')
  const { exit, stderr } = await world.torii('start', 'tool-again')

  expect(exit, stderr).toBe(3)
  expect(stderr).toMatch(/data leads to .*\/outside by now/)
  expect((await world.torii('logs', 'tool-again')).stdout).not.toContain('of the host')
})

test('a folder inside one that another deployment may write is not mounted, whoever comes first', async ({ world }) => {
  const writes = `services:\n  web:\n    image: busybox:stable\n    command: [sleep, "1000"]\n    stop_signal: KILL\n    volumes: ["./data:/data"]\n`
  const outer = await extension(world, 'tool-outer', writes)
  await world.deploy(outer, { name: 'tool-outer' })
  const inner = await world.write('tool-outer/inner.yaml', writes.replace('./data:', './data/sub:'))
  const second = await world.deploy(inner, { name: 'tool-inner' })
  await world.torii('rm', 'tool-outer', '--yes')
  await world.torii('rm', 'tool-inner', '--yes')
  const first = await world.deploy(inner, { name: 'tool-inner' })
  const third = await world.deploy(outer, { name: 'tool-outer' })

  expectFailure(second, { exit: 3, reason: 'policy_denied', service: 'web', says: /data\/sub lies inside .*\/data, which web of another .* may write/ })
  expect(first.exit, first.stderr).toBe(0)
  expectFailure(third, { exit: 3, reason: 'policy_denied', service: 'web', says: /\/data may be written, and .*data\/sub in it is mounted by web/ })
})
