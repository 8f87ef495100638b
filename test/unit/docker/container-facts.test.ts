import { expect, test } from 'vitest'
import { containerFacts } from '../../../src/docker/container-facts.ts'
import type { Ask } from '../../../src/engine-api/ask.ts'

const inspected = (env: string[], image: object) =>
  (async ({ path }: { path: string }) =>
    path.startsWith('/images/')
      ? image
      : { Id: 'c1', Image: 'sha256:1', State: { Status: 'exited' }, Config: { User: 'app', Env: env }, HostConfig: { ReadonlyRootfs: true } }) as unknown as Ask
const never = new AbortController().signal

test('of a variable that names a host the host alone is kept, and of an empty one its name', async () => {
  const env = [
    'DATABASE_URL=postgres://shop:geheim@db:5432/shop?sslkey=geheim',
    'REDIS_HOST=cache',
    'API_TOKEN=',
    'PASSWORD=geheim',
    'KAMIWAZA_APP_URL=https://localhost:61100/',
    'NOTE=geheim:5432',
  ]

  const facts = await containerFacts(inspected(env, { Os: 'linux', Architecture: 'amd64', Config: { User: 'app' } }), 'c1', never)

  expect(facts).toMatchObject({ hosts: { DATABASE_URL: 'db:5432', REDIS_HOST: 'cache' }, empty: ['API_TOKEN'], readOnly: true, imageUser: 'app' })
  expect(facts?.variables).toEqual(env.map((each) => each.split('=', 1)[0]))
  expect(JSON.stringify(facts)).not.toMatch(/geheim|61100/)
})
