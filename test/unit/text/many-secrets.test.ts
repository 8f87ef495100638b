import { createHash } from 'node:crypto'
import { expect, test } from 'vitest'
import { createLog } from '../../../src/scrubbed-log.ts'
import { createKnownSecrets } from '../../../src/text/known-secrets.ts'
import { createScrubber } from '../../../src/text/scrubber.ts'
import { secretsFrom } from '../../../src/text/secrets.ts'

const secretOf = (revision: number, at: number) => createHash('sha256').update(`${revision} ${at}`).digest('base64')
const many = (revision: number, count: number) =>
  secretsFrom(Array.from({ length: count }, (_, at) => [`KEY_${at}_OF_${revision}_TOKEN`, secretOf(revision, at)] as const))

test('200 revisions with 1,000 secrets each leave the log as it is, with Torii’s own secrets and those of a small revision hidden', () => {
  const secrets = createKnownSecrets()
  secrets.own({ OPERATOR_TOKEN: 'only-for-operators-0815' })
  secrets.of('small', secretsFrom([['DB_PASSWORD', 'kx9-rosebud-71']]))
  for (let revision = 0; revision < 199; revision++) secrets.of(`r${revision}`, many(revision, 1000))
  const lines: string[] = []

  createLog('info', secrets, (line) => void lines.push(line)).info('with only-for-operators-0815 and kx9-rosebud-71')

  expect(lines).toEqual([expect.stringMatching(/"msg":"with <OPERATOR_TOKEN> and <DB_PASSWORD[ 2]*>"/)])
}, 60_000)

test('as many forms as there are arguments to no call, and as many that begin alike, are looked for', () => {
  const alike = secretsFrom(Array.from({ length: 6000 }, (_, at) => [`KEY_${at}_TOKEN`, `same-beginning-${secretOf(1, at)}`] as const))

  expect(createScrubber(alike).text(`it was same-beginning-${secretOf(1, 4711)}!`)).toBe('it was <KEY_4711_TOKEN>!')
}, 60_000)

test('a line that cannot be looked through is not printed, and whoever logs does not notice', () => {
  const lines: string[] = []
  const text = () => {
    throw new RangeError('Maximum call stack size exceeded')
  }
  const log = createLog('info', { log: { text, values: text } }, (line) => void lines.push(line))

  log.info({ password: 'kx9-rosebud-71' }, 'a secret')

  expect(lines.map((line) => JSON.parse(line))).toEqual([{ level: 50, msg: 'a line of the log was left out: its secrets could not be hidden' }])
})
