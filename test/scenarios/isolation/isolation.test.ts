import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { networkInterfaces } from 'node:os'
import { join } from 'node:path'
import { expect } from 'vitest'
import { docker, dockerLines } from '../engine.ts'
import { inAWorld } from '../scenario.ts'
import type { World } from '../world.ts'

/** A container that tries. What it may reach is asked too: one that reaches nothing would prove nothing. */
const test = inAWorld()
const folder = (name: string) => join(import.meta.dirname, name)

/** Every IPv4 address that this machine has, its gateways of other networks among them. */
const addressesOfHost = () =>
  Object.values(networkInterfaces()).flatMap((each) => (each ?? []).flatMap(({ address, family }) => (family === 'IPv4' ? [address] : [])))

interface Both {
  prisoner: string
  /** Address of a service of the neighbour. */
  treasury: string
  neighbour: string
  gateway: string
  /** Names of its networks and volumes. */
  networks: string[]
}

let deployed: Promise<Both> | undefined

function both(world: World): Promise<Both> {
  deployed ??= (async () => {
    const [prisoner, neighbour] = await Promise.all([
      world.deploy(folder('prisoner'), { name: 'prisoner' }),
      world.deploy(folder('neighbour'), { name: 'neighbour' }),
    ])
    for (const { exit, document } of [prisoner, neighbour]) expect(exit, document.failure?.sentence).toBe(0)
    const { Id } = await world.container('prisoner', 'web')
    return {
      prisoner: Id,
      treasury: await addressOf(world, 'treasury'),
      neighbour: await addressOf(world, 'web'),
      gateway: (await docker('exec', Id, 'sh', '-c', "ip route | sed -n 's/^default via \\([0-9.]*\\).*/\\1/p'")).trim(),
      networks: await world.networks(neighbour.document.deployment.id ?? ''),
    }
  })()
  return deployed
}

async function addressOf(world: World, service: string): Promise<string> {
  const { NetworkSettings } = await world.container('neighbour', service)
  return Object.values(NetworkSettings.Networks)[0]?.IPAddress ?? ''
}

/** What a container got from an address within two seconds: 'nothing' is no connection and not one byte. */
async function tried(container: string, places: string[]): Promise<Record<string, string>> {
  const one = (place: string) => {
    const [host, port] = place.split(' ')
    return `( printf 'GET / HTTP/1.0\\r\\n\\r\\n' | timeout 2 nc -w 2 ${host} ${port} >/tmp/got-${host}-${port} 2>/dev/null && echo '${place}: connected' || { [ -s /tmp/got-${host}-${port} ] && echo '${place}: bytes' || echo '${place}: nothing'; } ) &`
  }
  const said = await docker('exec', container, 'sh', '-c', `${places.map(one).join('\n')}\nwait`)
  return Object.fromEntries(
    said
      .split('\n')
      .filter(Boolean)
      .map((line) => line.split(': ') as [string, string]),
  )
}

const all = (places: string[], what: string) => Object.fromEntries(places.map((place) => [place, what]))

test('it reaches its own sibling by name, so what follows are walls and not a container that cannot ask', async ({ world }) => {
  const { prisoner } = await both(world)

  expect(await tried(prisoner, ['sibling 9000'])).toEqual({ 'sibling 9000': 'connected' })
})

test('the engine’s socket is nowhere in it, and no port of the engine answers', async ({ world }) => {
  const { prisoner, gateway } = await both(world)
  const found = await docker('exec', prisoner, 'sh', '-c', 'find / -xdev -type s 2>/dev/null; grep -c docker.sock /proc/mounts || true')
  const places = ['2375', '2376', '2377'].flatMap((port) => [`${gateway} ${port}`, `the-host ${port}`])

  expect(found.trim()).toBe('0')
  expect(await tried(prisoner, places)).toEqual(all(places, 'nothing'))
})

test('the control plane, Traefik’s API with its metrics, and what the host keeps on its loopback answer on none of the host’s addresses', async ({ world }) => {
  const { prisoner, gateway } = await both(world)
  const { apiPort, proxyApiPort } = world.slot
  const mine = createServer((_, response) => response.end('of the host alone'))
  await new Promise<void>((done) => mine.listen(0, '127.0.0.1', done))
  const { port } = mine.address() as AddressInfo
  try {
    const places = [...new Set(['127.0.0.1', gateway, 'the-host', ...addressesOfHost()])].flatMap((address) =>
      [apiPort, proxyApiPort, port].map((each) => `${address} ${each}`),
    )
    const answers = await Promise.all([apiPort, proxyApiPort, port].map((each) => fetch(`http://127.0.0.1:${each}/`).then(({ status }) => status)))

    expect(answers.every((status) => status > 0)).toBe(true)
    const got = await tried(prisoner, places)
    // Networks of others come and go meanwhile: an address that the host has no more is somebody else's on the way to the internet.
    const still = new Set(['127.0.0.1', gateway, 'the-host', ...addressesOfHost()])
    const kept = places.filter((place) => still.has(place.split(' ')[0] ?? ''))
    expect(kept.length).toBeGreaterThan(8)
    expect(Object.fromEntries(kept.map((place) => [place, got[place]]))).toEqual(all(kept, 'nothing'))
  } finally {
    await new Promise((done) => mine.close(done))
  }
})

test('of another extension it reaches no container, by address or by any name, though the host does', async ({ world }) => {
  const { prisoner, treasury, neighbour, gateway } = await both(world)
  const names = ['treasury', 'neighbour', 'neighbour-web', ...(await world.containers('neighbour')).map(({ Name }) => Name.slice(1))]
  const places = [`${treasury} 5432`, `${neighbour} 8000`, ...names.map((name) => `${name} 5432`), `${gateway} 15432`, `the-host 15432`, `${gateway} 5432`]
  const fromHost = await Promise.all([`http://${treasury}:5432/`, `http://${neighbour}:8000/`].map((url) => fetch(url).then((answer) => answer.text())))

  expect(fromHost).toEqual(['the neighbour\n', 'the neighbour\n'])
  expect(await tried(prisoner, places)).toEqual(all(places, 'nothing'))
})

test('it has no key of the host: no capability beyond the engine’s own, no device, no mount but its own folder', async ({ world }) => {
  const { prisoner } = await both(world)
  const { Mounts, HostConfig } = (await world.containers('prisoner')).find(({ Id }) => Id === prisoner) ?? { Mounts: [], HostConfig: null }
  const devices = await docker('exec', prisoner, 'sh', '-c', 'ls -d /dev/sd* /dev/vd* /dev/nvme* /dev/mem /dev/kmsg 2>/dev/null || true')
  const [effective = ''] = (await docker('exec', prisoner, 'sh', '-c', "sed -n 's/^CapEff:\\t//p' /proc/self/status")).split('\n')

  expect(Mounts.map(({ Destination, RW }) => [Destination, RW])).toEqual([['/www', false]])
  expect(HostConfig?.PortBindings ?? {}).toEqual({})
  expect(devices).toBe('')
  // Docker's default set (26.1): nothing outside of it.
  expect(BigInt(`0x${effective}`) & ~0x00000000a80425fbn).toBe(0n)
})

test('a second extension that names what the first has gets something of its own', async ({ world }) => {
  const { networks } = await both(world)
  const text = JSON.stringify({
    services: {
      web: {
        image: 'busybox:stable',
        command: 'httpd -f -p 8000 -h /gold',
        stop_signal: 'KILL',
        expose: ['8000'],
        container_name: 'treasury',
        labels: { 'traefik.enable': 'true', 'traefik.http.routers.x.rule': 'PathPrefix(`/`)', 'torii.deployment': 'x', 'com.docker.compose.project': 'x' },
        networks: ['there'],
        volumes: ['gold:/gold'],
        ports: ['15432:5432'],
      },
    },
    networks: { there: { name: networks[0] } },
    volumes: { gold: { name: 'gold' } },
  })
  await world.exec('neighbour', 'treasury', 'echo treasure > /gold/index.html')
  await world.deploy(await world.write('thief/compose.yaml', text), { name: 'tool-thief' })
  const [thief, owner] = await Promise.all([world.container('tool-thief', 'web'), world.container('neighbour', 'treasury')])
  const volume = ({ Mounts }: typeof thief) => Mounts.find(({ Destination }) => Destination === '/gold')?.Source

  expect(Object.keys(thief.NetworkSettings.Networks)).not.toContain(networks[0])
  expect(thief.Name).not.toBe('/treasury')
  expect(volume(thief)).not.toBe(volume(owner))
  expect((await world.exec('tool-thief', 'web', 'ls /gold'))[0]).toBe('')
  expect(Object.keys(thief.Config.Labels).filter((name) => name.startsWith('traefik'))).toEqual([])
  expect(thief.Config.Labels['torii.deployment']).not.toBe('x')
  expect(await dockerLines('ps', '--quiet', '--filter', 'name=^treasury$')).toEqual([])
})

test('no route leads to anything but its own deployment, and none to the control plane’s own address', async ({ world }) => {
  await both(world)
  const [prisoner, neighbour] = await Promise.all(['prisoner', 'neighbour'].map((name) => world.api.deployment(name)))
  const { httpsPort, apiPort } = world.slot
  const bodies = await Promise.all([...(prisoner?.urls ?? []), ...(neighbour?.urls ?? [])].map(async (url) => [url, (await world.fetch(url)).body]))
  const ports = [...(prisoner?.urls ?? []), ...(neighbour?.urls ?? [])].map((url) => new URL(url).port)
  const elsewhere = await Promise.all(
    ['/', '/api/v1/deployments', '/healthz', '/dashboard/', '/openapi.json'].map((path) => world.fetch(`https://localhost:${httpsPort}${path}`)),
  )

  for (const [url, body] of bodies) expect([url, body]).toEqual([url, prisoner?.urls.includes(String(url)) ? 'the prisoner\n' : 'the neighbour\n'])
  expect(ports).not.toContain(String(apiPort))
  expect(elsewhere.map(({ status }) => status)).toEqual([404, 404, 404, 404, 404])
})
