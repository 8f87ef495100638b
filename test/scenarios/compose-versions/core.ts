import { join } from 'node:path'
import { expect } from 'vitest'
import { documentOf } from '../command-line.ts'
import { expectFailure, expectRefusal } from '../expect-failure.ts'
import type { inAWorld } from '../scenario.ts'

const folder = (name: string) => join(import.meta.dirname, name)
const env = (VERSION: string) => ({ VERSION, PASSWORD: 'open sesame' })

/** What must not depend on whose Compose it is. */
export function coreScenarios(test: ReturnType<typeof inAWorld>, major: RegExp): void {
  test('it is really that Compose', async ({ world }) => {
    const { engine } = documentOf<{ engine: { composeVersion: string } }>(await world.torii('up', '--json'))

    expect(engine.composeVersion).toMatch(major)
  })

  test('builds, dependencies, jobs, replicas, configs, secrets and volumes work', async ({ world }) => {
    const { exit, document } = await world.deploy(folder('whole'), { name: 'whole', env: env('one') })
    const url = document.urls[0] ?? ''
    const password = await world.exec('whole', 'web', 'cat /run/secrets/password')

    expect(exit, document.failure?.sentence).toBe(0)
    expect(document.containers.map(({ service, replica, verdict }) => `${service}/${replica} ${verdict}`)).toEqual([
      ...['database/1 passed', 'seed/1 finished', 'web/1 passed', 'worker/1 skipped', 'worker/2 skipped'],
    ])
    expect((await world.fetch(url)).body).toBe('one\n')
    expect((await world.fetch(`${url}motd.txt`)).body).toBe('costs $5 in one\n')
    expect(password).toEqual(['open sesame'])
  })

  test('an update takes the place of what writes the same volume, and finds its data', async ({ world }) => {
    const { exit, document } = await world.deploy(folder('whole'), { name: 'whole', env: env('two') })

    expect(exit, document.failure?.sentence).toBe(0)
    expect(document.notices).toContainEqual(expect.stringMatching(/^Revision 2 takes the place of revision 1/))
    expect((await world.fetch(document.urls[0] ?? '')).body).toBe('two\n')
    await world.alone('whole', 2)
  })

  test('a container that is ill fails its revision, in the same words', async ({ world }) => {
    const deployed = await world.deploy(folder('ill'))

    expectFailure(deployed, {
      ...{ exit: 5, reason: 'container_unhealthy', service: 'web' },
      says: 'web is unhealthy: the health check of web, `echo no luck; exit 1`, failed 2 times in a row, the last time with exit code 1: no luck; web printed nothing.',
    })
  })

  test.for([
    ['a dependency that there is not', 'depends_on: [database]', /database/],
    ['an unknown key', 'healthchek: {}', /line 4, column 5: unknown key "healthchek" in services\.web/],
    ['a variable that must be given', 'environment: {KEY: "${KEY:?ask the operator}"}', /ask the operator/],
    ['a wrong value', 'stop_grace_period: soon', /soon/],
  ] as const)('a file with %s is refused, and says what is wrong', async ([, line, says], { world }) => {
    const path = await world.write('refused/compose.yaml', `services:\n  web:\n    image: busybox:stable\n    ${line}\n`)
    const refused = await world.deploy(path, { name: 'refused' })

    expectRefusal(refused, { exit: 3, reason: 'compose_invalid', service: null, says })
  })
}
