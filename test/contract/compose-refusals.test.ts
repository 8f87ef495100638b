import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { readConfig } from '../../src/config.ts'
import { createCompose } from '../../src/docker/compose.ts'
import { createExtensions } from '../../src/extension/extensions.ts'
import { aFolder, ref, refusalOf } from '../unit/extension/makers.ts'

/** Of the tests' own tools (setup/test-tools.sh); where it cannot be had the installed one is held to the same. */
const newest = '/var/cache/torii-tests/docker-compose'
const home = mkdtempSync(join(tmpdir(), 'torii-refusals-'))
afterAll(() => rmSync(home, { recursive: true, force: true }))

const web = (lines: string) => `services:\n  web:\n    image: a\n${lines.replaceAll(/^/gm, '    ')}\n`

/** What Compose refuses by itself, in words that changed from 2.26 to 5.6: the line and the meant name are found in both. */
describe.each([
  ['the installed Compose', null],
  ['the newest Compose', existsSync(newest) ? newest : null],
])('%s', (_, composeBinary) => {
  const config = { ...readConfig(), home, composeBinary }
  const extensions = createExtensions({ config, instance: 'inst', compose: createCompose(config) })

  test.each<[string, string, RegExp]>([
    ['a dependency that is misspelt', `${web('depends_on: [bd]')}  db:\n    image: b\n`, /line 4: .*undefined service "bd".*did you mean "db"\?/],
    ['a volume that is misspelt', `${web('volumes: ["dta:/x"]')}volumes: {data: {}}\n`, /line 4: .*undefined volume dta.*did you mean "data"\?/],
    ['a network that is misspelt', `${web('networks: [bck]')}networks: {back: {}}\n`, /line 4: .*undefined network bck.*did you mean "back"\?/],
    ['a config that is misspelt', `${web('configs: [motdd]')}configs: {motd: {content: x}}\n`, /line 4: .*undefined config motdd.*did you mean "motd"\?/],
    ['a secret that there is not', web('secrets: [pw]'), /line 4: .*undefined secret pw/],
    ['one value in place of a list', web('ports: 8080'), /line 4.*ports/],
    ['a variable without a value', web('environment: {A: "${KEY:?}"}'), /required variable KEY is missing a value/],
    ['an interpolation that does not end', web('command: echo ${A'), /line 4: .*invalid interpolation format for services\.web\.command/],
    ['a duration that is none', web('stop_grace_period: soon'), /line 4: .*invalid duration "soon"/],
    ['a size that is none', web('mem_limit: lots'), /line 4: .*invalid size: 'lots'/],
    ['neither image nor build', 'services:\n  web:\n    command: x\n', /line 2: .*neither an image nor a build context/],
    ['a number that is none', web('healthcheck:\n  test: [CMD, "true"]\n  retries: many'), /line 6.*many/],
    ['a condition that there is not', `${web('depends_on: {db: {condition: healthy}}')}  db:\n    image: b\n`, /line 4.*service_healthy/],
    ['a key that stands twice', web('image: b'), /line 4, column 5: the same key stands here twice/],
    ['an env_file that there is not', web('env_file: nope.env'), /nope\.env/],
    ['a circle', `${web('depends_on: [db]')}  db:\n    image: b\n    depends_on: [web]\n`, /db -> web -> db/],
  ])('%s', async (_, file, says) => {
    const resolve = async () =>
      extensions.resolve((await extensions.read({ path: aFolder({ 'compose.yaml': file }), name: 'shop', env: {} })).source, ref, { recorded: [] })

    expect(await refusalOf(resolve)).toMatch(new RegExp(`^compose_invalid: .*${says.source}`, 's'))
  })
})
