import { connect, createServer } from 'node:net'
import { networkInterfaces } from 'node:os'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createDocker } from '../../src/engine-api/connect.ts'
import { close, createTraefikWorld, listening, type TraefikWorld } from './proxy-world.ts'

let world: TraefikWorld

beforeEach(async () => {
  world = await createTraefikWorld()
})

afterEach(() => world.end())

const container = () => createDocker(world.config).getContainer(`torii-proxy-${world.instance}`)
const id = async () => (await container().inspect()).Id

test('up is idempotent, also from another process, and down leaves nothing', async () => {
  const state = await world.proxy.up()
  const first = await id()

  await world.proxy.up()
  await world.again().up()

  expect(state).toMatchObject({ running: true, version: expect.stringMatching(/^3\./), busyPorts: [], trouble: '' })
  expect(await id()).toBe(first)
  expect(await world.proxy.down()).toBe(true)
  expect(await world.proxy.down()).toBe(false)
  expect(await world.proxy.state()).toMatchObject({ running: false, trouble: 'there is no proxy container' })
  await expect(id()).rejects.toMatchObject({ statusCode: 404 })
})

test('several at once make one proxy', async () => {
  const states = await Promise.all([world.proxy.up(), world.again().up(), world.again().up()])

  expect(states.map(({ running, trouble }) => ({ running, trouble }))).toEqual(Array(3).fill({ running: true, trouble: '' }))
})

test('other settings replace it', async () => {
  await world.proxy.up()
  const first = await id()
  const { first: from, last } = world.config.ports
  const other = world.again({ ports: { first: from, last: last - 1 } })

  expect((await other.state()).trouble).toContain('other settings')
  await other.up()

  expect(await id()).not.toBe(first)
  expect(other.ports()).toEqual([from, from + 1, from + 2])
})

test('a proxy that was stopped, or hangs, is made anew', async () => {
  await world.proxy.up()
  await container().stop()
  expect(await world.proxy.up()).toMatchObject({ running: true, trouble: '' })

  await container().pause()

  expect(await world.proxy.up()).toMatchObject({ running: true, trouble: '' })
})

test('a busy port of the range is left out and said', async () => {
  const server = createServer()
  const busy = world.config.ports.first + 1
  await listening(server, busy)

  const state = await world.proxy.up()
  await close(server)

  expect(state).toMatchObject({ running: true, busyPorts: [busy] })
  expect(world.proxy.ports()).toEqual([busy - 1, busy + 1, busy + 2])
  expect(world.warnings).toEqual([{ ports: [busy] }])
})

test.each([
  ['httpsPort', 'TORII_HTTPS_PORT'],
  ['proxyApiPort', 'TORII_PROXY_API_PORT'],
] as const)('a busy %s is refused by the name of its setting, and the proxy that runs stays', async (key, name) => {
  await world.proxy.up()
  const first = await id()
  const server = createServer()
  const port = await listening(server, 0)

  const refused = world.again({ [key]: port }).up()

  await expect(refused).rejects.toMatchObject({
    trouble: { reason: 'port_in_use', detail: `${name} is ${port}, and something else listens on 127.0.0.1:${port}` },
  })
  await close(server)
  expect(await id()).toBe(first)
})

test('a missing image is named with the line that makes it', async () => {
  const refused = world.again({ traefikImage: 'no/such/traefik:v3' }).up()

  await expect(refused).rejects.toMatchObject({
    trouble: { reason: 'image_not_found', detail: 'no/such/traefik:v3', fix: expect.stringContaining('sh setup/traefik-image.sh') },
  })
})

test('before any route the certificate is ours already', async () => {
  await world.proxy.up()

  const attempt = await world.proxy.probe(
    { url: `https://localhost:${world.config.httpsPort}/`, candidate: null, timeoutMs: 5000 },
    new AbortController().signal,
  )

  expect(attempt).toMatchObject({ hop: 'proxy', status: 404, detail: 'HTTP 404 from the proxy: no route' })
})

test('nobody outside reaches its API, and it runs with as little as it can', async () => {
  await world.proxy.up()
  const [outside] = Object.values(networkInterfaces())
    .flatMap((each) => each ?? [])
    .filter(({ family, internal }) => family === 'IPv4' && !internal)
  const { HostConfig, Config, Mounts } = await container().inspect()

  if (outside) await expect(connects(outside.address, world.config.proxyApiPort)).resolves.toBe(false)
  expect(HostConfig).toMatchObject({
    NetworkMode: 'host',
    ReadonlyRootfs: true,
    CapDrop: ['ALL'],
    SecurityOpt: ['no-new-privileges'],
    RestartPolicy: { Name: 'always' },
  })
  expect(HostConfig.CapAdd ?? []).toEqual([])
  expect(Config.Labels).toMatchObject({ 'torii.instance': world.instance, 'torii.proxy': '1' })
  expect(Mounts.map(({ RW }) => RW)).toEqual([false, false])
})

function connects(host: string, port: number): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>()
  const socket = connect({ host, port }, () => resolve(true)).on('error', () => resolve(false))
  return promise.finally(() => socket.destroy())
}
