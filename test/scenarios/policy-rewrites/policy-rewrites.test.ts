import { join } from 'node:path'
import { expect } from 'vitest'
import { dockerLines } from '../engine.ts'
import { inAWorld } from '../scenario.ts'
import { until } from '../until.ts'

const test = inAWorld()
const app = join(import.meta.dirname, 'app')

test('what the policy leaves out is said, and what remains works', async ({ world }) => {
  const { exit, document } = await world.deploy(app, { name: 'shop' })

  expect(exit, document.failure?.sentence).toBe(0)
  for (const said of [
    /^web: host port 127\.0\.0\.1:18080 for 8080, host port 5353 for 53\/udp: ports of the host are not published/,
    /^web: label com\.docker\.compose\.project.*label traefik\.enable.*left out/,
    /^web: container_name: my-web: names of containers are Torii’s/,
    /^web: networks\.default\.ipv4_address/,
    /somebodys-data/,
  ])
    expect(document.notices, String(said)).toContainEqual(expect.stringMatching(said))
  for (const url of document.urls) expect((await world.fetch(url)).body).toBe('hello\n')
})

test('no port of the host is taken, no name, no label of another', async ({ world }) => {
  const web = await world.container('shop', 'web')
  const { id = '' } = (await world.api.deployment('shop')) ?? {}

  expect(web.HostConfig.PortBindings ?? {}).toEqual({})
  expect(web.Name).toMatch(/^\/torii-[0-9a-f]{12}-r1-web-1$/)
  expect(Object.keys(web.Config.Labels).filter((label) => label.startsWith('traefik.'))).toEqual([])
  expect(web.Config.Labels).toMatchObject({ 'torii.deployment': id, 'my.label': 'stays' })
  expect(web.Config.Labels['com.docker.compose.project']).toMatch(/^torii-/)
  expect(Object.values(web.NetworkSettings.Networks)[0]?.IPAddress).toMatch(/^10\.214\./)
  expect(await dockerLines('volume', 'ls', '--quiet', '--filter', 'name=somebodys-data')).toEqual([])
})

test('a service is found by its name, and by the name that it wanted', async ({ world }) => {
  const asker = await world.container('shop', 'asker')

  await until('both answers', async () => (await dockerLines('logs', asker.Id)).filter((line) => line === 'hello').length >= 2)
})

test('no label makes a route: the proxy knows those of Torii only', async ({ world }) => {
  const names = (await world.routers()).map(({ name }) => name)
  const stranger = await world.fetch(`https://localhost:${world.slot.httpsPort}/`)

  expect(names.filter((name) => name.includes('thief') || name.endsWith('@docker'))).toEqual([])
  expect(stranger.status).toBe(404)
})
