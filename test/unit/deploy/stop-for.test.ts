import { expect, test } from 'vitest'
import type { Container } from '../../../src/deploy/ports.ts'
import { stopFor } from '../../../src/deploy/stop-for.ts'
import { aWorld, deployed, told, toolsOf, type World } from './a-world.ts'

/** A live revision, and another that waits for it to end; its `web` ends with `exitCode` after `takes` ms. */
async function stopped(takes: number, exitCode: number): Promise<string[]> {
  const world: World = aWorld({ extensions: { '/hello': { services: { web: {}, side: {} } } } })
  const old = await deployed(world, '/hello')
  const { containers } = world.engine
  let ended = false
  world.engine.stop = async () => {
    await world.clock.sleep(takes)
    ended = true
  }
  const endOf = (each: Container): Container => ({ ...each, state: 'exited', exitCode: each.service === 'web' ? exitCode : 0 })
  world.engine.containers = async (ref) => (await containers(ref)).map((each) => (ended ? endOf(each) : each))

  await stopFor({ ...old, revision: 1 }, old, toolsOf(world))

  return (await told(world, 'notice')).filter(({ event }) => event.rule === 'stopping' || event.rule === 'killed').map(({ event }) => event.text)
}

test('who had to be killed is named, and what would end it sooner', async () => {
  expect(await stopped(10_000, 137)).toEqual([
    'stopping revision 1',
    expect.stringMatching(/^web of revision 1 did not end when asked to: 10 s went by until it was killed\. `init: true` or a `stop_signal:`/),
  ])
})

test.each([
  ['that ended by itself, late', 10_000, 143],
  ['that was killed at once', 100, 137],
])('of one %s nothing is said', async (_, takes, exitCode) => {
  expect(await stopped(takes, exitCode)).toEqual(['stopping revision 1'])
})
