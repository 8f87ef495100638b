import { join } from 'node:path'
import { expect } from 'vitest'
import { inAWorld } from '../scenario.ts'

const test = inAWorld()
const folder = (name: string) => join(import.meta.dirname, name)

test('an app behind its path sees requests as if it were at the root, and is told its prefix', async ({ world }) => {
  const { document } = await world.deploy(folder('stripped'), { name: 'echo' })
  const [path = '', port = ''] = document.urls
  const prefix = `/runtime/apps/${document.deployment.id}`
  const throughPath = (await world.fetch(`${path}some/page?of=1&that`)).body
  const throughPort = (await world.fetch(`${port}some/page?of=1&that`)).body

  expect(throughPath).toMatch(/^GET \/some\/page\?of=1&that HTTP\/1\.1\n/)
  expect(throughPath).toContain(`X-Forwarded-Prefix: ${prefix}\n`)
  expect(throughPath).toContain('X-Forwarded-Proto: https\n')
  expect(throughPath).toContain(`Host: localhost:${world.slot.httpsPort}\n`)
  expect(throughPort).toMatch(/^GET \/some\/page\?of=1&that HTTP\/1\.1\n/)
  expect(throughPort).not.toContain('X-Forwarded-Prefix')
})

test('a path without its last slash leads to the one with it, query and all', async ({ world }) => {
  const { document } = await world.deploy(folder('stripped'), { name: 'slash' })
  const [path = ''] = document.urls
  const bare = await world.fetch(path.slice(0, -1))
  const asked = await world.fetch(`${path.slice(0, -1)}?of=1`)
  const longer = await world.fetch(`${path.slice(0, -1)}x/`)

  expect([301, 302, 307, 308]).toContain(bare.status)
  expect(bare.headers.location).toBe(path)
  expect(asked.headers.location).toBe(`${path}?of=1`)
  expect(longer.status).toBe(404)
})

test('no secret of the proxy reaches the app: not Torii’s own, and none that a visitor makes up', async ({ world }) => {
  const { document } = await world.deploy(folder('stripped'), { name: 'discreet' })
  const made = { 'x-torii-candidate': 'made up', 'x-user-id': 'admin', 'x-forwarded-user': 'admin', forwarded: 'for=1.2.3.4' }
  for (const url of document.urls) await world.fetch(url, { headers: made })
  const [requests = ''] = await world.exec('discreet', 'web', 'cat /tmp/requests')

  expect(requests).toContain('User-Agent: torii-probe')
  expect(requests.toLowerCase()).not.toMatch(/x-torii|x-user-id|x-forwarded-user|^forwarded:|made up|admin/m)
})

test('strip_path_prefix: false hands on the whole path, publishes that route only, and tells the app so', async ({ world }) => {
  const { exit, document } = await world.deploy(folder('whole'), { name: 'whole' })
  const path = `/runtime/apps/${document.deployment.id}`
  const { Config } = await world.container('whole', 'web')

  expect(exit, document.failure?.sentence).toBe(0)
  expect(document.urls).toEqual([`https://localhost:${world.slot.httpsPort}${path}/`])
  expect((await world.fetch(`${document.urls[0]}deep/page`)).body).toMatch(new RegExp(`^GET ${path}/deep/page HTTP/1.1\n`))
  expect(Config.Env).toContain('KAMIWAZA_ROUTING_MODE=path')
  expect(Config.Env).toContain(`KAMIWAZA_APP_PATH=${path}`)
  expect(Config.Env).toContain(`KAMIWAZA_APP_PORT=${world.slot.httpsPort}`)
})
