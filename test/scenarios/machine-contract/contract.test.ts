import { join } from 'node:path'
import { expect } from 'vitest'
import type { RevisionView } from '../../../src/deploy/view.ts'
import { documentOf } from '../command-line.ts'
import { inAWorld } from '../scenario.ts'

const test = inAWorld()
const folder = (name: string) => join(import.meta.dirname, name)
const stamp = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)
const uuid = /[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/
const number = expect.any(Number)
const text = expect.any(String)
const timeline = (...states: string[]) => states.map((state) => ({ state, at: stamp }))

test('a deployment that succeeds leaves one document on stdout, its progress on stderr, and exit code 0', async ({ world }) => {
  const { exit, document, stderr } = await world.deploy(folder('app'), { name: 'shop' })
  const { id } = document.deployment
  const [path, port] = document.urls

  expect(exit).toBe(0)
  expect(document).toMatchObject({
    deployment: { id: expect.stringMatching(uuid), name: 'shop', kind: 'app' },
    revision: 1,
    state: 'DEPLOYED',
    urls: [`https://localhost:${world.slot.httpsPort}/runtime/apps/${id}/`, expect.stringMatching(/^https:\/\/localhost:\d+\/$/)],
    failure: null,
    timeline: timeline('UNINITIALIZED', 'PULLING_IMAGES', 'REQUESTED', 'DEPLOYED'),
    containers: [
      { service: 'web', replica: 1, verdict: 'passed', attempts: expect.arrayContaining([{ at: stamp, ms: number, exit: 0, output: text }]) },
      { service: 'worker', replica: 1, verdict: 'skipped', attempts: [] },
    ],
  })
  expect(document.probe.map(({ route, url, verdict }) => ({ route, url, verdict }))).toEqual(
    expect.arrayContaining([
      { route: 'path', url: path, verdict: 'passed' },
      { route: 'port', url: port, verdict: 'passed' },
    ]),
  )
  for (const { attempts } of document.probe) expect(attempts.at(-1)).toMatchObject({ at: stamp, ms: number, hop: 'app', status: 200 })
  expect(stderr).toMatch(/PULLING_IMAGES[\s\S]*REQUESTED[\s\S]*DEPLOYED/)
})

test('one that fails leaves the same document with its failure, and the exit code of its reason', async ({ world }) => {
  const { exit, document } = await world.deploy(folder('failing'), { name: 'broken' })

  expect(exit).toBe(5)
  expect(document).toMatchObject({
    deployment: { id: expect.stringMatching(uuid), name: 'broken', kind: 'app' },
    revision: 1,
    state: 'FAILED',
    urls: [],
    failure: { reason: 'container_exited', service: 'web', sentence: text, fix: text, at: stamp },
    timeline: timeline('UNINITIALIZED', 'PULLING_IMAGES', 'REQUESTED', 'FAILED'),
    containers: [{ service: 'web', replica: 1, verdict: 'failed', attempts: expect.any(Array) }],
    probe: [],
  })
})

test('the API’s revision is the same document', async ({ world }) => {
  const { document } = await world.deploy(folder('app'), { name: 'twice' })

  expect(await world.api.revision('twice')).toEqual(document)
  expect(await world.api.revision(document.deployment.id ?? '', 1)).toEqual(document)
})

test('one that is refused at admit has no id, no revision and no state, names whom it blames, and nothing is recorded', async ({ world }) => {
  const { exit, document } = await world.deploy(folder('refused'))
  const { stdout } = await world.torii('ls', '--quiet')

  expect(exit).toBe(3)
  expect(document).toMatchObject({
    deployment: { id: null },
    revision: null,
    state: null,
    urls: [],
    failure: { reason: 'policy_denied', service: 'web', sentence: expect.stringMatching(/privileged/), fix: text, at: stamp },
    ...{ timeline: [], containers: [], probe: [] },
  })
  expect(stdout.split('\n')).not.toContain('greedy')
})

test('so has a folder that is not there', async ({ world }) => {
  const { exit, document } = await world.deploy(folder('nowhere'), { name: 'nowhere' })

  expect(exit).toBe(3)
  expect(document).toMatchObject({ deployment: { id: null, name: 'nowhere', kind: 'app' }, revision: null, state: null })
  expect(document.failure).toMatchObject({ reason: 'compose_invalid', sentence: expect.stringContaining('does not exist') })
})

test('--no-wait answers as soon as it is accepted', async ({ world }) => {
  const { exit, document } = await world.deploy(folder('app'), { name: 'later', wait: false })
  await world.api.event('later', 'state', ({ state }) => state === 'DEPLOYED')

  expect(exit).toBe(0)
  expect(document).toMatchObject({ deployment: { name: 'later' }, revision: 1, state: 'UNINITIALIZED', failure: null })
})

test('Ctrl-C is interrupted: the command ends with 130 and the same document, the deployment goes on', async ({ world }) => {
  const deploying = world.deploying(folder('held'), { name: 'held' })
  await world.api.event('held', 'container', ({ step }) => step === 'started')
  process.kill(deploying.pid, 'SIGINT')
  const { exit, document, stderr } = await deploying.ended
  await world.exec('held', 'web', 'touch /tmp/ready')
  await world.api.event('held', 'state', ({ state }) => state === 'DEPLOYED')

  expect(exit, stderr).toBe(130)
  expect(document).toMatchObject({ deployment: { id: expect.stringMatching(uuid), name: 'held', kind: 'app' }, revision: 1, failure: null })
  expect(stderr).toMatch(/goes on/)
})

test('without --json stdout has the addresses and nothing else', async ({ world }) => {
  const { exit, stdout } = await world.torii('deploy', folder('app'), '--name', 'shop')
  const view = await world.api.deployment('shop')

  expect({ exit, lines: stdout.split('\n') }).toEqual({ exit: 0, lines: view?.urls })
})

test('a wrong call is exit code 2, a name that there is not is 8 with the reason', async ({ world }) => {
  const wrong = await world.torii('deploy', folder('app'), '--port', 'many')
  const nobody = await world.torii('status', 'nobody', '--json')

  expect({ exit: wrong.exit, stdout: wrong.stdout }).toEqual({ exit: 2, stdout: '' })
  expect(nobody.exit).toBe(8)
  expect(documentOf<Pick<RevisionView, 'failure'>>(nobody).failure?.reason).toBe('not_found')
})
