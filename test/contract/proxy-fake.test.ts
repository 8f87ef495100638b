import { expect, test } from 'vitest'
import { createFakeClock } from '../fakes/clock.ts'
import { createFakeProxy, type FakeApp } from '../fakes/proxy.ts'
import { proxyContract } from './proxy.contract.ts'

proxyContract('fake', async () => {
  const apps: Record<string, FakeApp> = {}
  const proxy = createFakeProxy({ clock: createFakeClock(), apps })
  let made = 0
  const app = async (answer: FakeApp[number][1]) => {
    const address = `http://10.213.0.18:${8000 + made++}`
    apps[address] = [[0, answer]]
    return address
  }
  return { proxy, app, begin: async () => {}, end: async () => {} }
})

test('the fake’s app answers by its script, from when a route leads to it', async () => {
  const clock = createFakeClock()
  const address = 'http://10.213.0.18:8000'
  const app: FakeApp = [
    [0, { hop: 'backend', status: 502 }],
    [3000, { hop: 'app', status: 200 }],
  ]
  const proxy = createFakeProxy({
    clock,
    apps: { [address]: app },
    presence: [
      [0, 'up'],
      [9000, 'down'],
    ],
  })
  const route = { ref: { deployment: 'd', revision: 1 }, kind: 'port' as const, port: 61100, prefix: '', stripPrefix: false, to: [address], candidate: null }
  const look = () => proxy.probe({ url: proxy.url(route), candidate: null, timeoutMs: 5000 }, new AbortController().signal)
  await clock.sleep(1000)
  await proxy.publish([route])

  const hops: string[] = []
  for (const _ of [1, 2, 3]) {
    hops.push((await look()).hop)
    await clock.sleep(2000)
  }
  await clock.sleep(2000)

  expect(hops).toEqual(['proxy', 'backend', 'app'])
  expect(await look()).toMatchObject({ hop: 'none', detail: 'connection refused', phases: { tcp: null } })
})
