import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createKnownSecrets } from '../../../src/text/known-secrets.ts'
import { looksRandom } from '../../../src/text/looks-random.ts'
import { modelSecrets } from '../../../src/text/model-secrets.ts'
import { scrubReplacer, scrubValue } from '../../../src/text/scrub-value.ts'
import { createScrubber } from '../../../src/text/scrubber.ts'
import { namedSecrets, secretVariables } from '../../../src/text/secret-variables.ts'
import { joinSecrets, secretsFrom } from '../../../src/text/secrets.ts'
import { secretWords } from '../../../src/text/words-with-secrets.ts'

/** By name, whatever the names say. */
const knowing = (values: Record<string, string>) => createScrubber(secretsFrom(Object.entries(values)))

const secret = 'kx9-rosebud-71/and+more'
const scrubber = knowing({ PIN: secret })

test.each([
  ['as it is', secret],
  ['in JSON within JSON', JSON.stringify(JSON.stringify({ a: secret }))],
  ['in a URL', encodeURIComponent(secret)],
  ['in base64', Buffer.from(secret).toString('base64')],
  ['in the base64 of a header', Buffer.from(`me:${secret}`).toString('base64')],
  ['in hex', Buffer.from(secret).toString('hex')],
  ['broken over two lines', `${secret.slice(0, 9)}\n${secret.slice(9)}`],
  ['broken over indented lines', `${secret.slice(0, 5)}\r\n    ${secret.slice(5, 12)}\n\t${secret.slice(12)}`],
])('a secret is found %s', (_, text) => {
  const told = scrubber.text(`before ${text} after`)

  expect(told).toContain('<PIN>')
  expect(told).toMatch(/^before .* after$/s)
  expect(told).not.toContain('rosebud')
})

test.each([
  ['at the end', `it was ${secret.slice(0, 10)}`, 'it was <PIN>'],
  ['before our own mark', `it was ${secret.slice(0, 10)}…`, 'it was <PIN>…'],
  ['at the beginning', `${secret.slice(-10)} it was`, '<PIN> it was'],
  ['at a line’s end', `it was ${secret.slice(0, 12)}\nand more`, 'it was <PIN>\nand more'],
  ['in JSON', `{"a":"it was ${secret.slice(0, 12)}"}`, '{"a":"it was <PIN>"}'],
])('a piece of a secret %s is hidden', (_, text, told) => {
  expect(scrubber.text(text)).toBe(told)
})

test.each([`${secret.slice(0, 7)}`, `a ${secret.slice(0, 12)} in the middle`, 'kx9-', 'and+more'.slice(0, 7)])('%j says too little to be hidden', (text) => {
  expect(scrubber.text(text)).toBe(text)
})

test('a key of many lines is hidden line by line, and where it is wrapped otherwise', () => {
  const body = Buffer.from(Array.from({ length: 200 }, (_, at) => at)).toString('base64')
  const pem = `-----BEGIN KEY-----\n${body.match(/.{1,64}/g)?.join('\n')}\n-----END KEY-----`
  const known = knowing({ TLS_KEY: pem, BODY: body })

  for (const line of pem.split('\n').slice(1, -1)) expect(known.text(`log: ${line}`)).toContain('<')
  expect(known.text(body.slice(30, 90))).toMatch(/^(<\w+>)+$/)
})

test('secrets that overlap are hidden as one, and the longest gives its name', () => {
  const both = knowing({ A: 'abcdefghijkl', B: 'ghijklmnopqr', LONG: 'abcdefghijkl-and-more' })

  expect(both.text('x abcdefghijklmnopqr y')).toBe('x <A> y')
  expect(both.text('x abcdefghijkl-and-more y')).toBe('x <LONG> y')
})

test('whatever the secrets and the text, none is left in it and nothing else is taken', () => {
  const word = fc.stringMatching(/^[a-zA-Z0-9+/=_.-]{9,40}$/)
  fc.assert(
    fc.property(fc.array(word, { minLength: 1, maxLength: 20 }), fc.array(fc.string({ maxLength: 50 }), { maxLength: 5 }), (secrets, around) => {
      const known = knowing(Object.fromEntries(secrets.map((each, at) => [`S${at}`, each])))
      const text = secrets.map((each, at) => `${around[at % Math.max(1, around.length)] ?? ''} ${each} `).join('|')

      const told = known.values(text)

      for (const each of secrets) expect(told).not.toContain(each)
    }),
  )
})

test('wherever a line was cut in a secret, no piece of eight letters is left at its edges', () => {
  const word = fc.stringMatching(/^[a-zA-Z0-9+=_.!-]{12,60}$/)
  fc.assert(
    fc.property(fc.array(word, { minLength: 1, maxLength: 20 }), fc.nat(), fc.nat({ max: 50 }), (secrets, which, at) => {
      const cut = secrets[which % secrets.length] as string
      const length = 8 + (at % (cut.length - 8))
      const [beginning, end] = [cut.slice(0, length), cut.slice(-length)]
      const known = knowing(Object.fromEntries(secrets.map((each, index) => [`S${index}`, each])))

      expect(known.values(`a line , ${beginning}`)).not.toContain(beginning)
      expect(known.values(`${end} , a line`)).not.toContain(end)
    }),
  )
})

test('without secrets a text stays as it is', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (text) => {
      expect(knowing({}).values(text)).toBe(text)
    }),
  )
})

describe('what is a secret', () => {
  test.each([
    ['STRIPE', 'sk1Live4eC39HqLyjWDarjtT1zdp7dc'],
    ['DSN_ID_X', '4f5a6b7c8d9e0f1a2b3c4d5e6f708192'],
    ['WHATEVER', 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl'],
  ])('%s=%s by its looks', (name, value) => {
    expect([...secretVariables({ [name]: value })]).toEqual([[value, `value of ${name}`]])
  })

  test.each([
    ['GIT_SHA', '4f5a6b7c8d9e0f1a2b3c4d5e6f708192aabbccdd'],
    ['IMAGE', 'registry.example.org/team/app:1.2.3'],
    ['PATH', '/usr/local/sbin:/usr/local/bin:/usr/sbin'],
    ['JAVA_OPTS', '-Xmx512m -XX:+UseG1GC'],
    ['NAME', 'hello-app-frontend-2-production'],
    ['CLASS', 'org.springframework.boot.Application'],
    ['UUID', '6f0a1b2c-3d4e-4f60-8182-93a4b5c6d7e8'],
  ])('%s=%s is none', (name, value) => {
    expect(looksRandom(name, value)).toBe(false)
  })

  test('what commands and checks are given by names that say so, and passwords in their URLs', () => {
    const words = [
      'sh',
      '-c',
      'app --password=hunter22 --api-token tok-12345 PGPASSWORD="pg-98765" psql postgres://u:url-55555@db; x --pass $$PASSWORD --key-file /k',
    ]

    expect([...secretWords(words, 'web').keys()]).toEqual(['hunter22', 'tok-12345', 'pg-98765', 'url-55555'])
  })

  test('build arguments, labels, and configs that are called so', () => {
    const model = `services:
  web:
    build: {context: /x, args: {NPM_TOKEN: of-the-build}}
    labels: {app.api_key: of-the-label, app.name: open}
    healthcheck: {test: [CMD-SHELL, "curl -H 'X: 1' --token of-the-check"]}
configs:
  db_password: {content: of-the-config}
  page: {content: of-the-page}
`

    expect([...modelSecrets(model, {}).keys()].toSorted()).toEqual(['of-the-build', 'of-the-check', 'of-the-config', 'of-the-label'])
  })
})

test('in a value every text is scrubbed but names by which things are found, and its keys stay', () => {
  const value = { service: secret.slice(0, 3), detail: secret, list: [secret, 7, null], kxKey: { [`k ${secret}`]: 'v' }, id: `not a name: ${secret}` }
  const told = { service: 'kx9', detail: '<PIN>', list: ['<PIN>', 7, null], kxKey: { [`k ${secret}`]: 'v' }, id: 'not a name: <PIN>' }

  expect(scrubValue(value, scrubber)).toEqual(told)
  expect(JSON.parse(JSON.stringify(value, scrubReplacer(scrubber)))).toEqual(told)
})

test('the log knows all secrets, answers know Torii’s own, and what was of a revision is replaced', () => {
  const known = createKnownSecrets()
  known.own({ 'API token': 'own-token-12345' })
  known.of('a/1', namedSecrets({ PASSWORD: 'first-of-a-12345' }))
  known.of('a/1', namedSecrets({ PASSWORD: 'second-of-a-12345' }))
  const text = 'own-token-12345 first-of-a-12345 second-of-a-12345'

  expect(known.answers.text(text)).toBe('<API token> first-of-a-12345 second-of-a-12345')
  expect(known.log.text(text)).toBe('<API token> first-of-a-12345 <PASSWORD>')
})

test('a second value under one name leaves the first hidden', () => {
  const known = createKnownSecrets()
  known.own({ 'password of (x)': 'kept-12345' })
  known.own({ 'password of (x)': 'mistyped-12345' })
  known.of('a/1', joinSecrets(namedSecrets({ TOKEN: 'of-one-12345' }), namedSecrets({ TOKEN: 'of-another-12345' })))

  expect(known.answers.text('kept-12345 mistyped-12345')).toBe('<password of x> <password of x>')
  expect(known.log.text('kept-12345 of-one-12345 of-another-12345')).toBe('<password of x> <TOKEN> <TOKEN>')
  expect([...known.owned().keys()]).toEqual(['kept-12345', 'mistyped-12345'])
})

test('of a login that changes every few hours the last ones are known', () => {
  const known = createKnownSecrets()
  for (let at = 0; at < 100; at++) known.own({ 'password of (x)': `login-number-${at}.` })

  expect(known.owned().size).toBe(20)
  expect(known.answers.text('login-number-99. login-number-80.')).toBe('<password of x> <password of x>')
})
