import { expect, test } from 'vitest'
import { aWorld, deployed } from './a-world.ts'

/** Three replicas without a check, of which so many answer 502. */
function threeOf(ill: number) {
  return aWorld({
    extensions: { '/hello': { services: { web: { replicas: 3 } } } },
    through: (ports) => ({
      ...ports,
      proxy: {
        ...ports.proxy,
        probe: async (target, signal) => {
          const attempt = await ports.proxy.probe(target, signal)
          const routes = world.proxy.published().filter(({ candidate }) => target.candidate !== null && candidate === target.candidate)
          const leadsTo = routes.flatMap(({ to }) => to)
          const all = world.proxy.published().find(({ candidate }) => candidate === null)?.to
          const backends = [...new Set(world.proxy.published().flatMap(({ to }) => (Array.isArray(to) ? to : [])))].sort()
          const bad = backends.slice(backends.length - ill)
          if (all === undefined || leadsTo.length === 0 || ill === 0 || !leadsTo.every((each) => bad.includes(each))) return attempt
          return { ...attempt, hop: 'backend', status: 502, detail: 'HTTP 502 from the proxy' }
        },
      },
    }),
  })
}
let world: ReturnType<typeof threeOf>

test('one replica of three that answers is not DEPLOYED', async () => {
  world = threeOf(2)
  expect(await deployed(world, '/hello')).toMatchObject({ state: 'FAILED', failure: { service: 'web' } })
})

test('each address is asked by a route of its own', async () => {
  world = threeOf(0)
  const revision = await deployed(world, '/hello')
  const asked = new Set(world.proxy.probes.flatMap(({ candidate }) => candidate ?? []))

  expect(revision.state).toBe('DEPLOYED')
  expect(asked.size).toBe(3)
})
