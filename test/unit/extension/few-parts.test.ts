import { expect, test } from 'vitest'
import { checkFewParts } from '../../../src/extension/few-parts.ts'
import { parseMetadata } from '../../../src/extension/metadata.ts'
import { refusalOf } from './makers.ts'

const many = <T>(count: number, of: (at: number) => T) => Object.fromEntries(Array.from({ length: count }, (_, at) => [`s${at}`, of(at)]))
const before = (at: number) => Array.from({ length: at }, (_, each) => `s${each}`)
const refusal = (services: Record<string, unknown>) => refusalOf(() => checkFewParts({ label: 'compose.yaml', root: { services } }))

test.each([
  ['too many services', many(501, () => ({})), /501 services/],
  ['too many variables', many(100, () => ({ environment: many(180, () => 'x') })), /18000 variables/],
  ['services that each depend on all before them', many(90, (at) => ({ depends_on: before(at) })), /more chains of `depends_on`/],
  ['as many as there may be', many(500, (at) => ({ depends_on: before(at).slice(-1), environment: many(20, () => 'x') })), /^not refused$/],
  ['a circle, which Compose explains', { a: { depends_on: ['b'] }, b: { depends_on: { a: {} } } }, /^not refused$/],
])('%s', async (_, services, told) => {
  expect(await refusal(services)).toMatch(told)
})

test.each([
  ['opened 30,000 times and never closed', '{"a":'.repeat(30_000)],
  ['nested 30,000 levels deep', `${'{"a":'.repeat(30_000)}1${'}'.repeat(30_000)}`],
  ['nested 65 levels deep', `${'{"a":'.repeat(66)}1${'}'.repeat(66)}`],
])('a kamiwaza.json that is %s is refused', async (_, text) => {
  expect(await refusalOf(() => parseMetadata(text))).toMatch(/^compose_invalid: .*kamiwaza\.json/)
})
