import { expect, test } from 'vitest'
import { createFakeLogins, createFakeRegistries } from '../../fakes/registries.ts'
import { anApp, ask } from './an-app.ts'

const login = (host: string, password = 'right') => ({ method: 'POST' as const, url: '/api/v1/registries', payload: { host, username: 'ci', password } })

test('a login that the registry accepts is kept, listed without its password, and forgotten', async () => {
  const { app, logged } = anApp()

  const kept = await ask(app, login('https://Registry.example.org:5000/v2/'))
  const listed = await ask(app, { url: '/api/v1/registries' })
  const gone = await ask(app, { method: 'DELETE', url: '/api/v1/registries/registry.example.org%3A5000' })
  const after = await ask(app, { url: '/api/v1/registries' })

  const view = { host: 'registry.example.org:5000', username: 'ci', createdAt: '2026-01-01T00:00:00.000Z' }
  expect(kept.json()).toEqual({ ...view, checked: true })
  expect(listed.json()).toEqual({ registries: [view] })
  expect(gone.json()).toEqual(view)
  expect(after.json()).toEqual({ registries: [] })
  expect(logged.join('')).not.toContain('right')
})

test('a registry that lets anybody in says nothing of a login, and that is told', async () => {
  const { app } = anApp()

  expect((await ask(app, login('open.example.org'))).json()).toMatchObject({ checked: false })
})

test.each([
  ['registry.example.org', 'wrong', 422, 'registry_auth', 'registry.example.org does not accept this login (unauthorized).'],
  ['away.example.org', 'right', 502, 'pull_failed', 'away.example.org could not be asked whether it accepts this login (no such host).'],
  ['registry.example.org/team', 'right', 400, 'registry_invalid', '"registry.example.org/team" is not the host of a registry.'],
  ['-x', 'right', 400, 'registry_invalid', '"-x" is not the host of a registry.'],
])('a login at %s with a password that is %s is refused with %i, and nothing is kept', async (host, password, status, reason, sentence) => {
  const logins = createFakeLogins()
  const { app } = anApp({ registries: createFakeRegistries(logins) })

  const refused = await ask(app, login(host, password))

  expect(refused.statusCode).toBe(status)
  expect(refused.json()).toMatchObject({ reason, sentence })
  expect(logins.kept.size).toBe(0)
})

test('what there is no login of cannot be forgotten', async () => {
  const { app } = anApp()

  const refused = await ask(app, { method: 'DELETE', url: '/api/v1/registries/registry.example.org' })

  expect(refused.statusCode).toBe(404)
  expect(refused.json()).toMatchObject({ reason: 'not_found', fix: '`torii registry ls` lists where it is.' })
})

test('a body that is not as it should be is refused without a word of the password', async () => {
  const { app, logged } = anApp()

  const refused = await ask(app, {
    method: 'POST',
    url: '/api/v1/registries',
    payload: { host: 'registry.example.org', username: 'a:b', password: 'hunter22' },
  })

  expect(refused.statusCode).toBe(400)
  expect(refused.body + logged.join('')).not.toContain('hunter22')
})
