import { expect, test } from 'vitest'
import { hideSecrets, scrubberOf } from '../../../src/text/hide-secrets.ts'
import { fileSecrets, modelSecrets } from '../../../src/text/model-secrets.ts'
import { secretVariables } from '../../../src/text/secret-variables.ts'
import type { Secrets } from '../../../src/text/secrets.ts'

const env = { DB_PASSWORD: 'hunter22' }
const byName = (secrets: Secrets) => Object.fromEntries([...secrets].map(([value, name]) => [name, value]))

test.each([
  ['connected with hunter22', 'connected with <DB_PASSWORD>'],
  ['postgres://app:s3cr3t@db:5432/app', 'postgres://app:<hidden>@db:5432/app'],
  ['Authorization: Bearer abc.def.ghi', 'Authorization: Bearer <hidden>'],
  ['GET /?api_key=0123456789&x=1', 'GET /?api_key=<hidden>&x=1'],
  ['{"token": "abcdefgh", "port": 1}', '{"token": "<hidden>", "port": 1}'],
  ['https://0123456789abcdef0123456789abcdef@o1.ingest.example/2', 'https://<hidden>@o1.ingest.example/2'],
  ['Server=db;Uid=app;Pwd=rosebud-71;', 'Server=db;Uid=app;Pwd=<hidden>;'],
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

  expect(byName(secretVariables(variables))).toEqual({ API_KEY: 'abcdefgh', TOKEN: 'long-one' })
})

test.each(
  [
    ...['POSTGRES_PASSWORD', 'PGPASSWORD', 'SECRET_KEY_BASE', 'APIKEY', 'dbPassword', 'API_KEY_PROD', 'DB_PASSWORD_2', 'MY_SECRETS', 'PRIVATE_KEY_PEM'],
    ...['GITHUB_PAT', 'STRIPE_SK', 'AWS_SESSION', 'JWT_KEY', 'REDIS_PW', 'SESSION_COOKIE'],
  ].map((name) => [name]),
)('%s names a secret', (name) => {
  expect(hideSecrets('it was kx9-rosebud-71', { [name]: 'kx9-rosebud-71' })).toBe(`it was <${name}>`)
})

test.each([['KEYCLOAK_PORT'], ['MONKEY'], ['PASSWORD_FILE'], ['TOKEN_URL'], ['SECRET_NAME'], ['AUTHOR'], ['BYPASS'], ['SESSION_TIMEOUT'], ['COMPASS_HOST']])(
  '%s names none',
  (name) => {
    expect(hideSecrets('it was kx9-rosebud-71', { [name]: 'kx9-rosebud-71' })).toBe('it was kx9-rosebud-71')
  },
)

test('a secret that another variable holds too is a secret all the same; a word is none', () => {
  const twice = { POSTGRES_PASSWORD: 'hunter2-prod-pw', DB_PHRASE: 'hunter2-prod-pw', MYSQL_USER: 'shop', MYSQL_PASSWORD: 'shop' }

  expect(byName(secretVariables(twice))).toEqual({ POSTGRES_PASSWORD: 'hunter2-prod-pw' })
})

const odd = { DB_PASSWORD: `p/w"d $1'x` }
const quoted = JSON.stringify(odd.DB_PASSWORD)

test.each([
  ['as it is', odd.DB_PASSWORD],
  ['as JSON', quoted],
  ['with every mark escaped', quoted.replaceAll("'", "\\'")],
  ['in a URL', encodeURIComponent(odd.DB_PASSWORD)],
  ['in a URL with small letters', encodeURIComponent(odd.DB_PASSWORD).replaceAll(/%../g, (hex) => hex.toLowerCase())],
  ['in a form', encodeURIComponent(odd.DB_PASSWORD).replaceAll('%20', '+')],
  ['as base64', Buffer.from(odd.DB_PASSWORD).toString('base64')],
  ['as base64 for URLs', Buffer.from(odd.DB_PASSWORD).toString('base64url')],
])('a value is hidden %s', (_, text) => {
  expect(hideSecrets(`said ${text} here`, odd)).toContain('<DB_PASSWORD>')
})

test.each(['a:', 'ab:', 'abc:'])('a value is hidden in base64 behind %j', (user) => {
  expect(hideSecrets(`x-header ${Buffer.from(`${user}${odd.DB_PASSWORD}`).toString('base64')}`, odd)).toContain('<DB_PASSWORD>')
})

test('all that a resolved model holds of secrets is known: variables of all services, contents, variables of any name', () => {
  const model = `services:
  web: {environment: {API_TOKEN: from-the-file, PORT: "8000"}}
  db: {environment: {API_TOKEN: another-one}}
secrets:
  pin: {content: "12$$34"}
  seed: {environment: SEED}
`

  const secrets = modelSecrets(model, { SEED: 'rosebud-1' })

  expect([...secrets.keys()].toSorted()).toEqual(['12$34', 'another-one', 'from-the-file', 'rosebud-1'])
  expect(scrubberOf(secrets).text('rosebud-1 from-the-file another-one 12$34 8000')).not.toMatch(/rosebud|from-the|another-one|12\$34/)
  expect(modelSecrets('{', {}).size).toBe(0)
})

test('a secret of several lines is hidden line by line', () => {
  expect(scrubberOf(fileSecrets('key', 'first-line\nsecond-line\n')).text('line: second-line')).not.toContain('second-line')
})

test('the password in a URL is hidden wherever it stands by itself', () => {
  expect(byName(secretVariables({ DATABASE_URL: 'postgres://u:hunter%2022@db/x', OTHER_URL: 'postgres://postgres:postgres@db/x' }))).toEqual({
    'password in DATABASE_URL': 'hunter 22',
  })
})

test('of a password that a URL would need escaped, the pieces are hidden that drivers take for a host', () => {
  const secrets = secretVariables({
    DATABASE_URL: 'postgres://u:pa@ssw0rdX@db:5432/x',
    OTHER: 'https://host/path?mail=a@b.org',
    GOOD: 'https://u:hunter22@host/p?m=a@b.org',
  })

  expect(scrubberOf(secrets).text('could not translate host name "ssw0rdX@db" to address')).not.toContain('ssw0rdX')
  expect([...secrets.values()].toSorted()).toEqual(['password in DATABASE_URL, part 1', 'password in DATABASE_URL, part 2', 'password in GOOD'])
})
