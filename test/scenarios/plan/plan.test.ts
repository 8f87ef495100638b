import { join } from 'node:path'
import { expect } from 'vitest'
import type { Forecast } from '../../../src/deploy/forecast-view.ts'
import { documentOf } from '../command-line.ts'
import { docker } from '../engine.ts'
import { inAWorld } from '../scenario.ts'

const test = inAWorld()
const app = join(import.meta.dirname, 'app')

test('plan tells what a deploy would do, and leaves nothing behind', async ({ world }) => {
  const call = await world.torii('plan', app, '--json')
  const forecast = documentOf<Forecast>(call)

  expect(call.exit, call.stderr).toBe(0)
  expect(forecast).toMatchObject({
    ...{ deployment: { id: null, name: 'planned', kind: 'app' }, revision: 1, live: null, routed: { service: 'web', port: 8080 } },
    images: [{ image: 'busybox:stable', step: 'present', services: ['seed', 'web'] }],
    services: [
      { service: 'seed', oneshot: { is: 'awaited', why: 'web awaits its success' } },
      { service: 'web', timeline: { earliestUnhealthy: 50_000, firstProbe: { plain: 10_000 } } },
    ],
  })
  expect(forecast.images[0]?.size).toBeGreaterThan(1_000_000)
  expect(forecast.notices.join('\n')).toContain('18080')
  const mark = await world.instance()
  const left = await Promise.all(['container', 'network', 'volume'].map((what) => docker(what, 'ls', '--quiet', '--filter', `label=torii.instance=${mark}`)))
  expect(left.slice(1)).toEqual(['', ''])
  expect((await world.containers()).length).toBe(0)
  expect((await world.torii('ls', '--quiet')).stdout).toBe('')
})

test('an image that is not here will be pulled, and what only it could tell is left open', async ({ world }) => {
  const forecast = documentOf<Forecast>(await world.torii('plan', app, '--profile', 'far', '--json'))

  expect(forecast.images.find(({ image }) => image.startsWith('registry.invalid'))).toMatchObject({ step: 'pull', id: null, size: null })
  expect(forecast.services.find(({ service }) => service === 'far')).toMatchObject({ known: false, check: null })
})

test('a deploy keeps to it, and a second plan says what would differ', async ({ world }) => {
  const { document } = await world.deploy(app)
  expect(document.failure).toBe(null)

  const said = await world.torii('plan', app, '--env', 'GREETING=a-word-of-mine')

  expect(said.stdout).toContain('beside revision 1')
  expect(said.stdout).toContain('~ web: variable GREETING')
  expect(said.stdout).not.toContain('a-word-of-mine')
  expect(said.stdout).toContain(document.urls[0])
  expect((await world.torii('plan', app)).stdout).toContain('nothing differs from it')
})

test('what a deploy would refuse, plan refuses with the same words and the same exit code', async ({ world }) => {
  const refused = join(import.meta.dirname, 'refused')

  const plan = await world.torii('plan', refused)
  const { exit, document } = await world.deploy(refused)

  expect([plan.exit, plan.stdout]).toEqual([exit, ''])
  expect(plan.stderr).toContain(document.failure?.sentence)
})
