import { join } from 'node:path'
import { expect } from 'vitest'
import { docker } from '../engine.ts'
import { expectFailure } from '../expect-failure.ts'
import { inAWorld } from '../scenario.ts'

const test = inAWorld({ env: () => ({ KAMIWAZA_EXTENSION_PROBE_TIMEOUT: '3', KAMIWAZA_EXTENSION_PROBE_INTERVAL: '0.5' }) })
const folder = (name: string) => join(import.meta.dirname, name)

test.concurrent('an app without a page at / is app_status, with the status and the path', async ({ world }) => {
  const deployed = await world.deploy(folder('not-found'))

  expectFailure(deployed, {
    ...{ exit: 6, reason: 'app_status', service: 'web' },
    says: 'Routing works, TLS works, but web answered 404 on /.',
  })
  for (const { verdict, attempts } of deployed.document.probe) {
    expect(verdict).toBe('failed')
    expect(attempts.at(-1)).toMatchObject({ hop: 'app', status: 404 })
  }
})

test.concurrent('an app that answers 500 is app_error', async ({ world }) => {
  const deployed = await world.deploy(folder('error'))

  expectFailure(deployed, { exit: 6, reason: 'app_error', service: 'web', says: /HTTP 500 on \// })
})

test.concurrent('an app that listens on 127.0.0.1 only is app_refused, and the proxy is not blamed', async ({ world }) => {
  const deployed = await world.deploy(folder('refused'))

  expectFailure(deployed, { exit: 6, reason: 'app_refused', service: 'web', says: /nothing listens where web should/ })
  expect(deployed.document.failure?.fix).toMatch(/0\.0\.0\.0/)
  for (const { attempts } of deployed.document.probe) expect(attempts.at(-1)).toMatchObject({ hop: 'backend', status: 502 })
})

test.concurrent('an app that takes the connection and never answers is probe_timeout', async ({ world }) => {
  const deployed = await world.deploy(folder('silent'))

  expectFailure(deployed, { exit: 6, reason: 'probe_timeout', service: 'web', says: /after 3 s/ })
  for (const { attempts } of deployed.document.probe) expect(attempts.at(-1)).toMatchObject({ hop: 'none', status: null })
})

test.concurrent('an app without any port is no_route, before anything starts', async ({ world }) => {
  const deployed = await world.deploy(folder('portless'), { name: 'portless' })

  expectFailure(deployed, { exit: 6, reason: 'no_route', service: null, says: /no service of this app has a tcp port/ })
  expect(await world.containers('portless')).toEqual([])
})

test.concurrent('a tool without any port is DEPLOYED, and has no address', async ({ world }) => {
  const { exit, document } = await world.deploy(folder('portless'), { name: 'tool-portless' })

  expect({ exit, state: document.state, urls: document.urls, probe: document.probe }).toEqual({ exit: 0, state: 'DEPLOYED', urls: [], probe: [] })
})

test.concurrent('a tool that answers 404 on / is DEPLOYED, for it is not asked', async ({ world }) => {
  const { exit, document } = await world.deploy(folder('not-found'), { name: 'tool-silent' })

  expect({ exit, probe: document.probe, urls: document.urls.length }).toEqual({ exit: 0, probe: [], urls: 2 })
  expect(document.urls[0]).toContain(`/runtime/tools/${document.deployment.id}/`)
  expect((await world.fetch(document.urls[0] ?? '')).status).toBe(404)
})

test('a proxy that is gone during a deployment is proxy_unreachable, and the app is not blamed', async ({ world }) => {
  const deploying = world.deploying(folder('healthy'), { name: 'unlucky' })
  await world.api.event('unlucky', 'container', ({ step }) => step === 'started')
  await docker('rm', '--force', await world.proxy())
  await world.exec('unlucky', 'web', 'touch /tmp/ready')
  const deployed = await deploying.ended

  expectFailure(deployed, { exit: 7, reason: 'proxy_unreachable', service: null, says: /after 3 s.*connection refused/ })
})

test('the next deployment brings the proxy back', async ({ world }) => {
  const { exit, document } = await world.deploy(folder('portless'), { name: 'tool-after' })
  const others = await world.api.deployment('tool-silent')

  expect({ exit, state: document.state }).toEqual({ exit: 0, state: 'DEPLOYED' })
  expect((await world.fetch(others?.urls[0] ?? '')).status).toBe(404)
})
