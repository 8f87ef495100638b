import { join } from 'node:path'
import { expect } from 'vitest'
import { parse } from 'yaml'
import type { Suggestion } from '../../../src/deploy/suggestion.ts'
import { trialRef } from '../../../src/suggest/trial.ts'
import { documentOf } from '../command-line.ts'
import { docker } from '../engine.ts'
import { inAWorld } from '../scenario.ts'
import { until } from '../until.ts'
import type { World } from '../world.ts'

const test = inAWorld()
const app = join(import.meta.dirname, 'app')

/** Containers, networks and volumes of trials. */
async function leftOf(world: World): Promise<string> {
  const label = `label=torii.deployment=${trialRef((await world.instance()) ?? '').deployment}`
  const kinds = [
    ['container', 'ls', '--all'],
    ['network', 'ls'],
    ['volume', 'ls'],
  ]
  return (await Promise.all(kinds.map((kind) => docker(...kind, '--quiet', '--filter', label)))).join('')
}

test('what is suggested was run in that image, works in a deploy, and nothing of the trial is left', async ({ world }) => {
  const call = await world.torii('suggest', app, '--json')
  const { suggestions } = documentOf<{ suggestions: Suggestion[] }>(call)

  expect(call.exit, call.stdout).toBe(0)
  const of = (name: string) => suggestions.find(({ service }) => service === name)
  expect(of('web')).toMatchObject({ where: 'throw_away_container', works: { tool: 'wget', exit: 0 } })
  expect(of('web')?.works?.test.at(-1)).toBe('http://127.0.0.1:8080/health')
  expect(of('db')).toMatchObject({ works: { exit: 0 }, listens: [{ address: '0.0.0.0', port: 5432 }] })
  expect(of('job')?.note).toBe('a one-shot needs none: x-torii says so')
  expect(await leftOf(world)).toBe('')

  const { healthcheck } = parse(of('web')?.compose ?? '') as { healthcheck: object }
  const command = "sh -c 'mkdir /w; echo fine > /w/health; exec httpd -f -p 8080 -h /w'"
  const compose = { services: { web: { image: 'busybox:stable', command, expose: ['8080'], stop_signal: 'KILL', healthcheck } } }
  const file = await world.write('taken/compose.yaml', JSON.stringify(compose))
  const { document } = await world.deploy(file, { name: 'tool-taken' })
  expect(document.failure).toBe(null)
  expect(document.containers[0]).toMatchObject({ verdict: 'passed', attempts: expect.arrayContaining([expect.objectContaining({ exit: 0 })]) })
})

test('where it is deployed already it is tried in the running container', async ({ world }) => {
  const { document } = await world.deploy(app)
  expect(document.failure).toBe(null)

  const said = await world.torii('suggest', app, 'web')

  expect(said.exit, said.stderr).toBe(0)
  expect(said.stdout).toMatch(/web \(busybox:stable, in its running container\)[\s\S]*wget: tried, exit 0 in \d+ ms[\s\S]*HEALTHCHECK --interval=10s/)
})

test('of one that does not stay up nothing is claimed', async ({ world }) => {
  const said = await world.torii('suggest', join(import.meta.dirname, 'silent'))

  expect(said.exit).toBe(5)
  expect(said.stdout).toContain('nothing was tried: it did not stay up (exited, exit code 3)')
  expect(said.stdout).not.toContain('HEALTHCHECK --')
})

test('a killed control plane leaves a trial behind, and the next one removes it', async ({ world }) => {
  const waits = { image: 'busybox:stable', command: 'sleep 1000', stop_signal: 'KILL', volumes: ['data:/data'] }
  const folder = await world.write('waits/compose.yaml', JSON.stringify({ services: { waits }, volumes: { data: {} } }))
  const running = world.begin(['suggest', folder])
  await until('the container of the trial', async () => (await leftOf(world)) !== '')

  await world.kill9()
  await running.ended
  await world.restart()

  await until('the end of what was left', async () => (await leftOf(world)) === '')
})
