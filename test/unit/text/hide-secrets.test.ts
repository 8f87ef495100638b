import { expect, test } from 'vitest'
import { hideSecrets } from '../../../src/text/hide-secrets.ts'
import { secretVariables } from '../../../src/text/secret-variables.ts'

const env = { DB_PASSWORD: 'hunter22' }

test.each([
  ['connected with hunter22', 'connected with <DB_PASSWORD>'],
  ['postgres://app:s3cr3t@db:5432/app', 'postgres://app:<hidden>@db:5432/app'],
  ['Authorization: Bearer abc.def.ghi', 'Authorization: Bearer <hidden>'],
  ['GET /?api_key=0123456789&x=1', 'GET /?api_key=<hidden>&x=1'],
  ['{"token": "abcdefgh", "port": 1}', '{"token": "<hidden>", "port": 1}'],
  ['-----BEGIN PRIVATE KEY-----\nMIIE\n-----END PRIVATE KEY-----', '<hidden key>'],
])('%j is told as %j', (text, told) => {
  expect(hideSecrets(text, env)).toBe(told)
})

test.each([
  'connect to http://localhost:8000/health failed',
  "KeyError: 'SECRET_KEY'",
  'password: must not be empty',
  'curl: (7) Failed to connect to localhost port 8080: Connection refused',
  'Error: Cannot find module @scope/pkg at file:///app/x.js:10:3',
])('%j holds no secret', (text) => {
  expect(hideSecrets(text, env)).toBe(text)
})

test('a text that was cut in the middle of a secret shows no piece of it', () => {
  const cut = `ter22 ${'x'.repeat(4100)} hunte`

  expect(hideSecrets(cut, env)).toBe(` ${'x'.repeat(4100)} `)
})

test('variables are secrets by their names, unless the value is an open word', () => {
  const variables = { API_KEY: 'abcdefgh', KEYCLOAK_PORT: '8080', POSTGRES_USER: 'postgres', POSTGRES_PASSWORD: 'postgres', NO_AUTH: 'true', TOKEN: 'long-one' }

  expect(secretVariables(variables)).toEqual({ API_KEY: 'abcdefgh', TOKEN: 'long-one' })
})
