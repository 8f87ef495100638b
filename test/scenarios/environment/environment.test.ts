import { join } from 'node:path'
import { expect } from 'vitest'
import { inAWorld } from '../scenario.ts'
import type { World } from '../world.ts'

const test = inAWorld()
const app = join(import.meta.dirname, 'app')
const envFile = join(import.meta.dirname, 'given.env')

test('--env goes over --env-file, that over env_defaults, and those over .env', async ({ world }) => {
  const { exit, document } = await world.deploy(app, { name: 'shop', envFile, env: { OPTION: 'from --env' } })
  const env = await environmentOf(world, document.urls[0])

  expect(exit, document.failure?.sentence).toBe(0)
  expect(env).toMatchObject({ DOTENV: 'from .env', DEFAULTS: 'from env_defaults', FILE: 'from --env-file', OPTION: 'from --env', BARE: 'from .env' })
  expect(env).toMatchObject({ PRICE: '5$ or from --env$', IN_SERVICE_FILE: 'as it is' })
})

test('nothing of the host, and nothing that would steer Compose or the engine, has an effect; what was given and left out is said', async ({ world }) => {
  const view = await world.api.revision('shop')
  const env = await environmentOf(world, view?.urls[0])

  expect(env).toMatchObject({ HOME_OF_THE_HOST: 'unset', ENGINE_OF_THE_HOST: 'unset' })
  expect(env['COMPOSE_PROJECT_NAME']).not.toBe('stolen')
  expect(view?.containers.map(({ service }) => service)).toEqual(['web'])
  expect((await world.container('shop', 'web')).Config.Labels['com.docker.compose.project']).toMatch(/^torii-[0-9a-f]{12}-r1$/)

  const { document } = await world.deploy(app, { name: 'tool-steered', env: { COMPOSE_PROFILES: 'never' } })
  expect(document.notices).toContainEqual(expect.stringMatching(/^COMPOSE_PROFILES is ignored/))
  expect(document.containers.map(({ service }) => service)).toEqual(['web'])
})

test('a deployment is told who and where it is; a file cannot say otherwise, and that is said', async ({ world }) => {
  const view = await world.api.revision('shop')
  const id = view?.deployment.id
  const [path = '', port = ''] = view?.urls ?? []
  const env = await environmentOf(world, path)

  expect(env).toMatchObject({
    KAMIWAZA_DEPLOYMENT_ID: id,
    KAMIWAZA_APP_NAME: 'shop',
    KAMIWAZA_APP_PORT: new URL(port).port,
    KAMIWAZA_APP_PATH: `/runtime/apps/${id}`,
    KAMIWAZA_APP_URL: port.slice(0, -1),
    KAMIWAZA_ROUTING_MODE: 'port',
    KAMIWAZA_MY_OWN: 'stays',
  })
  expect(view?.notices).toContainEqual(expect.stringMatching(/^web: KAMIWAZA_APP_NAME is told by Torii/))
  expect(view?.notices).toContainEqual(expect.stringMatching(/^web: KAMIWAZA_APP_PORT is told by Torii/))
})

test('template variables are filled in, also those of env_defaults; what looks like one and is none stays', async ({ world }) => {
  const view = await world.api.revision('shop')
  const id = view?.deployment.id
  const [path = '', port = ''] = view?.urls ?? []
  const env = await environmentOf(world, path)

  expect(env['APP']).toBe(`shop at ${new URL(port).port}, ${id}, /runtime/apps/${id}, ${path.slice(0, -1)}, {unknown} and \${shell}`)
  expect(env['FROM_DEFAULTS']).toBe(`shop lives at /runtime/apps/${id}`)
})

async function environmentOf(world: World, url = ''): Promise<Record<string, string>> {
  const { body } = await world.fetch(url)
  return Object.fromEntries(body.split('\n').map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]))
}
