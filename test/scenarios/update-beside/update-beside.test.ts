import { join } from 'node:path'
import { expect } from 'vitest'
import { expectFailure } from '../expect-failure.ts'
import type { Look } from '../poll.ts'
import { inAWorld } from '../scenario.ts'
import { until } from '../until.ts'
import type { World } from '../world.ts'

const test = inAWorld({ env: () => ({ KAMIWAZA_EXTENSION_PROBE_TIMEOUT: '2' }) })
const app = join(import.meta.dirname, 'app')

test('whoever asks all the time sees the old version, then the new one, and nothing else', async ({ world }) => {
  const first = await world.deploy(app, { name: 'shop', env: { VERSION: 'one' } })
  const polling = await world.poll(first.document.urls)
  await looks(polling.looks, 10)
  const second = await world.deploy(app, { name: 'shop', env: { VERSION: 'two' } })
  await world.alone('shop', 2)
  await looks(polling.looks, 10)
  await polling.stop()

  expect({ exit: second.exit, revision: second.document.revision, live: second.document.live }).toEqual({ exit: 0, revision: 2, live: true })
  expect(second.document.urls).toEqual(first.document.urls)
  for (const url of first.document.urls) expect(seenAt(url, polling.looks)).toEqual(['200 one', '200 two'])
})

test.for([
  ['at the gate', { CHECK: 'false' }, { exit: 5, reason: 'container_unhealthy', says: /^web is unhealthy/ }],
  ['at the probe', { PAGE: 'none' }, { exit: 6, reason: 'app_status', says: /404 on \// }],
] as const)('an update that fails %s leaves the old version serving without a break, and nothing of itself', async ([where, broken, failure], { world }) => {
  const name = where.replaceAll(' ', '-')
  const first = await world.deploy(app, { name, env: { VERSION: 'good' } })
  const polling = await world.poll(first.document.urls)
  const second = await world.deploy(app, { name, env: { VERSION: 'bad', ...broken } })
  await world.alone(name, 1)
  await looks(polling.looks, 10)
  await polling.stop()

  expectFailure(second, { ...failure, service: 'web' })
  expect({ live: second.document.live, urls: second.document.urls }).toEqual({ live: false, urls: [] })
  for (const url of first.document.urls) expect(seenAt(url, polling.looks)).toEqual(['200 good'])
  expect(await world.api.deployment(name)).toMatchObject({ live: 1, urls: first.document.urls, latest: { revision: 2, state: 'FAILED' } })
  expect(await networksOf(world, first.document.deployment.id)).toHaveLength(1)
})

test('an update that asks for another port moves there, and says so', async ({ world }) => {
  const first = await world.deploy(app, { name: 'movers', env: { VERSION: 'one' }, port: world.slot.ports.last - 1 })
  const second = await world.deploy(app, { name: 'movers', env: { VERSION: 'two' }, port: world.slot.ports.last })
  const old = first.document.urls[1] ?? ''

  expect(second.exit, second.stderr).toBe(0)
  expect(second.document.urls).toEqual([first.document.urls[0], `https://localhost:${world.slot.ports.last}/`])
  expect(second.document.notices).toContainEqual(`The public port is ${world.slot.ports.last} from this revision on, ${world.slot.ports.last - 1} before.`)
  for (const url of second.document.urls) expect((await world.fetch(url)).body).toBe('two\n')
  expect((await world.fetch(old)).headers['x-torii-revision']).toBeUndefined()
})

test('the next update after a failed one is the next revision', async ({ world }) => {
  const { exit, document } = await world.deploy(app, { name: 'at-the-gate', env: { VERSION: 'better' } })

  expect({ exit, revision: document.revision, live: document.live }).toEqual({ exit: 0, revision: 3, live: true })
  for (const url of document.urls) expect((await world.fetch(url)).body).toBe('better\n')
})

/** What an address answered, each run of the same once. */
function seenAt(url: string, all: Look[]): string[] {
  const seen = all.filter((look) => look.url === url).map(({ status, error, body }) => `${status ?? error} ${body.trim().slice(0, 40)}`)
  return seen.filter((each, i) => each !== seen[i - 1])
}

async function looks(all: Look[], count: number): Promise<void> {
  const enough = all.length + count
  await until(`${count} looks`, async () => all.length >= enough)
}

function networksOf(world: World, id: string | null): Promise<string[]> {
  return until('one network', async () => {
    const networks = await world.networks(id ?? '')
    return networks.length === 1 && networks
  })
}
