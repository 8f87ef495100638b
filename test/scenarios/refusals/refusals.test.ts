import { join } from 'node:path'
import { expect } from 'vitest'
import { expectFailure, expectRefusal } from '../expect-failure.ts'
import { inAWorld } from '../scenario.ts'

/** Two networks, and no more. */
const test = inAWorld({ env: ({ subnetPool }) => ({ TORII_SUBNET_POOL: subnetPool.replace('/22', '/26') }) })
const app = join(import.meta.dirname, 'app')

test('a second deploy of a name that is being deployed is busy, and the first goes on', async ({ world }) => {
  const first = world.deploying(app, { name: 'shop' })
  await world.api.event('shop', 'container', ({ step }) => step === 'started')
  const second = await world.deploy(app, { name: 'shop' })
  const stopped = await world.torii('stop', 'shop')
  await world.torii('rm', 'shop', '--yes', '--volumes')
  await first.ended

  expectRefusal(second, { exit: 8, reason: 'busy', service: null, says: /being deployed already/ })
  expect(second.document).toMatchObject({ deployment: { id: null }, revision: null, state: null })
  expect(stopped.exit).toBe(8)
})

test('of two that deploy the same name at the same moment one is busy', async ({ world }) => {
  const both = await Promise.all([1, 2].map(() => world.deploy(app, { name: 'race', wait: false })))
  await world.torii('rm', 'race', '--yes')

  expect(both.map(({ exit }) => exit).toSorted((a, b) => a - b)).toEqual([0, 8])
  expect(both.flatMap(({ document }) => document.failure?.reason ?? [])).toEqual(['busy'])
})

test('a port that another deployment has is port_in_use, one that the proxy does not serve is port_unavailable', async ({ world }) => {
  const { first: port, last } = world.slot.ports
  await world.deploy(app, { name: 'tool-first', port, wait: false })
  const taken = await world.deploy(app, { name: 'second', port })
  const outside = await world.deploy(app, { name: 'second', port: last + 2 })

  expectRefusal(taken, { exit: 7, reason: 'port_in_use', service: null, says: new RegExp(`${port} belongs to another deployment`) })
  expectRefusal(outside, { exit: 7, reason: 'port_unavailable', service: null, says: new RegExp(`${last + 2} is not among the ports`) })
  expect(await world.api.deployment('second')).toBeNull()
})

test('a pool of addresses that is used up is network_exhausted, and names its setting', async ({ world }) => {
  await world.deploy(app, { name: 'tool-second', wait: false })
  await world.api.event('tool-second', 'container', ({ step }) => step === 'started')
  const third = await world.deploy(app, { name: 'tool-third' })

  expectFailure(third, { exit: 7, reason: 'network_exhausted', service: null, says: /No address range is left/ })
  expect(third.document.failure?.fix).toContain('TORII_SUBNET_POOL')
})

test.for([
  ['the engine’s socket', { volumes: ['/var/run/docker.sock:/var/run/docker.sock'] }],
  ['a folder of the host', { volumes: ['/etc:/host-etc:ro'] }],
  ['the host’s network', { network_mode: 'host' }],
  ['the host’s processes', { pid: 'host' }],
  ['all capabilities', { cap_add: ['ALL'] }],
  ['a device', { devices: ['/dev/kmsg:/dev/kmsg'] }],
] as const)('an extension that asks for %s is policy_denied, and nothing is recorded', async ([, option], { world }) => {
  const services = { web: { image: 'busybox:stable', expose: ['80'], ...option } }
  const { exit, document } = await world.deploy(await world.write('hostile/compose.yaml', JSON.stringify({ services })))

  expect({ exit, state: document.state, reason: document.failure?.reason }).toEqual({ exit: 3, state: null, reason: 'policy_denied' })
  expect(document.failure?.sentence).toMatch(/^web asks for something the policy denies/)
  expect(await world.api.deployment('hostile')).toBeNull()
})
