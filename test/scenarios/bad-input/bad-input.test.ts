import { chmod, mkdir, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { execa } from 'execa'
import { expect } from 'vitest'
import type { Deployed } from '../command-line.ts'
import { expectFailure, expectRefusal } from '../expect-failure.ts'
import { inAWorld } from '../scenario.ts'
import type { World } from '../world.ts'

const test = inAWorld()
const app = join(import.meta.dirname, 'app')
const web = 'services:\n  web:\n    image: busybox:stable\n    expose: ["80"]\n'

test.for([
  ['an empty file', '', /compose\.yaml is empty/],
  ['a file of comments', '# nothing yet\n', /compose\.yaml is empty/],
  ['no services', 'services: {}\n', /names no services/],
  ['YAML that cannot be read', 'services:\n  web:\n    image: "busybox\n', /compose\.yaml: line \d+, column \d+: \S/],
  ['an unknown key', `${web}    healthchek: {test: "true"}\n`, /line 5, column 5: unknown key "healthchek" in services\.web; did you mean "healthcheck"\?/],
  ['two documents', `${web}---\n${web}`, /more than one YAML document/],
  ['a list', '- web\n', /must be a mapping/],
  ['services that are a text', 'services: all of them\n', /line 1, column 1: services must be a mapping/],
  ['a wrong value', `${web}    ports: [many]\n`, /many/],
  ['a dependency that there is not', `${web}    depends_on: [database]\n`, /database/],
  ['a dependency on itself', `${web}    depends_on: [web]\n`, /cycle|itself/],
  ['a variable that must be given', `${web}    environment: {KEY: "\${KEY:?ask the operator}"}\n`, /ask the operator/],
  ['a setting that there is not', `${web}x-torii: {gate: {timout: 3s}}\n`, /x-torii\.gate\.timout: there is no such setting; did you mean "gate\.timeout"\?/],
  ['a setting with a wrong value', `${web}x-torii: {gate: {timeout: soon}}\n`, /x-torii\.gate\.timeout must be a duration/],
  ['an alias bomb', bomb(), /./],
] as const)('a Compose file with %s is refused with its place, and nothing is left', async ([, text, says], { world }) => {
  const refused = await world.deploy(await folderOf(world, { 'compose.yaml': text }))

  await expectNothing(world, refused, says)
})

test.for([
  ['Shop', /"Shop" cannot be a name: a name has 1 to 63 lower-case letters/],
  ['my.shop', /cannot be a name/],
  ['../shop', /cannot be a name/],
  ['-shop', /cannot be a name/],
  ['', /cannot be a name/],
  ['x'.repeat(300), /cannot be a name/],
  ['laden 🏪', /cannot be a name/],
  ['torii; rm -rf /', /cannot be a name/],
] as const)('the name %j is refused with the rule', async ([name, says], { world }) => {
  await expectNothing(world, await world.deploy(app, { name }), says)
})

test('a folder without a Compose file, a file that is not there and one that is a folder are refused', async ({ world }) => {
  await expectNothing(world, await world.deploy(await folderOf(world, { 'readme.txt': 'hello' })), /there is no Compose file in/)
  await expectNothing(world, await world.deploy('/nowhere/at/all'), /does not exist/)
  const folder = await folderOf(world, { 'readme.txt': 'hello' })
  await mkdir(join(folder, 'compose.yaml'))
  await expectNothing(world, await world.deploy(folder), /is a folder, not a regular file/)
})

test('a FIFO is refused at once, where a reader would wait for ever', async ({ world }) => {
  const compose = await folderOf(world, {})
  await execa('mkfifo', [join(compose, 'compose.yaml')])
  const dotenv = await folderOf(world, { 'compose.yaml': web })
  await execa('mkfifo', [join(dotenv, '.env')])

  await expectNothing(world, await world.deploy(compose), /compose\.yaml is a FIFO, not a regular file/)
  await expectNothing(world, await world.deploy(dotenv), /\.env is a FIFO, not a regular file/)
})

test('links that lead in a circle or out of the folder are refused', async ({ world }) => {
  const circle = await folderOf(world, {})
  await symlink('compose.yaml', join(circle, 'compose.yaml'))
  const outside = await folderOf(world, {})
  await symlink('/etc/hostname', join(outside, 'compose.yaml'))

  await expectNothing(world, await world.deploy(circle), /loop of symbolic links/)
  const refused = await world.deploy(outside)
  expectRefusal(refused, { exit: 3, reason: 'policy_denied', service: null, says: /leads outside the extension's folder/ })
})

test('a file that is too large or no text is refused', async ({ world }) => {
  await expectNothing(world, await world.deploy(await folderOf(world, { 'compose.yaml': `${web}# ${'x'.repeat(2_000_000)}\n` })), /larger than 1 MiB/)
  await expectNothing(
    world,
    await world.deploy(await folderOf(world, { 'compose.yaml': web, 'kamiwaza.json': '{"name": ' })),
    /kamiwaza\.json: line 1, column \d+/,
  )
  await expectNothing(
    world,
    await world.deploy(await folderOf(world, { 'compose.yaml': web, '.env': 'no equals sign here\n' })),
    /\.env: line 1: it should be NAME=value/,
  )
})

test('waiting for the health of a service without a check is found when the image is there, and exits like any other invalid file', async ({ world }) => {
  const text = `${web}    depends_on: {cache: {condition: service_healthy}}\n  cache: {image: busybox:stable}\n`
  const failed = await world.deploy(await folderOf(world, { 'compose.yaml': text }), { name: 'unchecked' })

  expectFailure(failed, { exit: 3, reason: 'compose_invalid', service: 'cache', says: /web waits for cache to be healthy, but cache has no health check/ })
  expect(await world.containers('unchecked')).toEqual([])
})

test.skipIf(process.getuid?.() === 0)('a folder that may not be read is refused', async ({ world }) => {
  const folder = await folderOf(world, { 'compose.yaml': web })
  await chmod(folder, 0)
  const refused = await world.deploy(folder)
  await chmod(folder, 0o700)

  await expectNothing(world, refused, /permission denied/)
})

let made = 0

async function folderOf(world: World, files: Record<string, string>): Promise<string> {
  made++
  const folder = join(world.folder, 'extensions', `number-${made}`)
  await mkdir(folder, { recursive: true })
  for (const [file, text] of Object.entries(files)) await world.write(join('extensions', `number-${made}`, file), text)
  return folder
}

async function expectNothing(world: World, refused: Deployed, says: RegExp): Promise<void> {
  expectRefusal(refused, { exit: 3, reason: 'compose_invalid', service: refused.document.failure?.service ?? null, says })
  expect(refused.document).toMatchObject({ deployment: { id: null }, revision: null, state: null })
  expect(refused.ms).toBeLessThan(10_000)
  const { body } = await world.api.ask<{ deployments: { name: string }[] }>('GET', '/deployments')
  expect(body.deployments.filter(({ name }) => name !== 'unchecked')).toEqual([])
}

/** Nine levels of nine. */
function bomb(): string {
  const levels = Array.from({ length: 9 }, (_, i) => `x-${i + 1}: &l${i + 1} [${Array.from({ length: 9 }, () => `*l${i}`).join(', ')}]\n`)
  return `x-0: &l0 [a]\n${levels.join('')}${web}`
}
