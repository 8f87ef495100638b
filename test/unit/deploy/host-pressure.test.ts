import { expect, test } from 'vitest'
import type { HostFacts } from '../../../src/deploy/evidence-parts.ts'
import { aWorld, deployed, told } from './a-world.ts'
import { aMachine, aPlannedService, gib, guidesCheck, healthyAfter } from './makers.ts'

async function noticesOn(host: HostFacts | null | Error, readyAfter = 20_000): Promise<string[]> {
  const world = aWorld({ extensions: { '/hello': { services: { web: { ...aPlannedService({ check: guidesCheck }), does: healthyAfter(readyAfter) } } } } })
  world.engine.host = async () => {
    if (host instanceof Error) throw host
    return host
  }
  expect(await deployed(world, '/hello')).toMatchObject({ state: 'DEPLOYED' })
  return (await told(world, 'notice')).filter(({ event }) => event.rule === 'host_pressure').map(({ event }) => event.text)
}

test.each<[string, Partial<HostFacts>, RegExp]>([
  ['memory', { memoryAvailable: 0.1 * gib }, /^This machine is short of memory: 102\.4 MiB of 8192 MiB are left\./],
  [
    'disk',
    { disk: { path: '/var/lib/docker', total: 100 * gib, free: 1024 ** 2 } },
    /^The disk of this machine is full: 1 MiB are left at \/var\/lib\/docker\./,
  ],
  ['processors', { load1: 17.2, pressure: { cpu: 96, memory: 0, io: 0 } }, /^This machine is overloaded: it has work for 17 processors and only 2\./],
])('who waits on a machine that is short of %s is told so, once', async (_, starved, sentence) => {
  expect(await noticesOn({ ...aMachine, ...starved })).toEqual([expect.stringMatching(sentence)])
})

test.each([
  ['a machine that is well', aMachine],
  ['a machine that cannot be seen', null],
  ['a look that fails', new Error('no')],
  ['memory that cannot be read', { ...aMachine, memoryAvailable: null }],
  ['a load whose waiting the kernel does not count', { ...aMachine, load1: 17.2, pressure: { cpu: null, memory: null, io: null } }],
])('nothing is said of %s', async (_, host) => {
  expect(await noticesOn(host)).toEqual([])
})

test('a deployment that is quick does not ask', async () => {
  expect(await noticesOn({ ...aMachine, memoryAvailable: 0 }, 1000)).toEqual([])
})
