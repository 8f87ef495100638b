import fc from 'fast-check'
import { expect, test } from 'vitest'
import { caseOf } from '../../../../src/deploy/causes/case.ts'
import { findCauses } from '../../../../src/deploy/causes/find-causes.ts'
import { causeRules } from '../../../../src/deploy/causes/rules.ts'
import { failures, type Reason } from '../../../../src/deploy/failure.ts'
import { aRevision, stamp } from '../makers.ts'
import { aCase } from './a-case.ts'

const reasons = Object.keys(failures) as Reason[]
const hostile = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 400 }),
  fc.constantFrom(
    '\u001b]0;title\u0007',
    '\u202egnp.exe',
    '\u001b[2J',
    'curl: not found',
    'Connection refused',
    "KeyError: 'A_B'",
    '\u0000',
    '\ud800',
    'a'.repeat(100_000),
  ),
)
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const steers = /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/

test.each(reasons)('nothing is asserted of %s where nothing was seen', (reason) => {
  const nothing = { at: stamp, containers: [] }
  const { causes, trouble } = findCauses(caseOf(aRevision({ plan: null }), { reason, detail: 'x' }, nothing, []))

  expect(causes).toEqual([])
  expect(trouble).toEqual({ reason, detail: 'x' })
})

test('whatever a container prints, no rule breaks, and nothing that it says steers a terminal or grows', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...reasons),
      fc.array(hostile, { minLength: 4, maxLength: 4 }),
      fc.integer({ min: -1, max: 255 }),
      (reason, [a = '', b = '', c = '', d = ''], exit) => {
        const told = {
          reason,
          attempts: [[exit, a] as [number, string]],
          sockets: ['0.0.0.0:3000'],
          processes: [d],
          seen: { logs: b, logHead: c, exitCode: exit, error: d },
        }
        const { causes, trouble } = findCauses(aCase(told))

        expect(trouble.reason).toBe(reason)
        for (const cause of causes) {
          const texts = [cause.sentence, cause.fix, ...cause.evidence, cause.tellsApart ?? '']
          expect(texts.filter((text) => steers.test(text) || text.length > 2000)).toEqual([])
        }
      },
    ),
    { numRuns: 300 },
  )
})

test('every rule has an id of its own', () => {
  const ids = causeRules.map(({ id }) => id)

  expect(new Set(ids).size).toBe(ids.length)
  expect(ids.filter((id) => !/^[a-z0-9-]+$/.test(id))).toEqual([])
})

test('a rule that breaks finds nothing, is told of, and keeps no other from being found', () => {
  const broken: string[] = []
  const breaks = {
    id: 'breaks',
    about: '',
    find: () => {
      throw new Error('a mistake')
    },
  }
  const seen = aCase({ reason: 'app_status', probes: [{ status: 404 }] })
  const { causes } = findCauses(seen, [breaks, ...causeRules], (id, error) => broken.push(`${id}: ${String(error)}`))

  expect(causes.map(({ id }) => id)).toEqual(['root-not-found'])
  expect(broken).toEqual(['breaks: Error: a mistake'])
})

test('the special comes before the general, whatever file a rule is in', () => {
  const place = (id: string) => causeRules.findIndex((rule) => rule.id === id)

  expect(causeRules.length).toBeGreaterThan(45)
  expect(place('bash-in-sh')).toBeLessThan(place('check-program-missing'))
  expect(place('no-shell-in-image')).toBeLessThan(place('check-program-missing'))
  expect(place('check-asks-other-port')).toBeLessThan(place('dependency-not-ready'))
  expect(place('dependency-not-ready')).toBeLessThan(place('slow-start'))
  expect(place('module-missing')).toBeLessThan(place('program-error'))
  expect(causeRules.slice(-3).map(({ id }) => id)).toEqual(['host-disk-short', 'host-memory-short', 'host-crowded'])
})

test('what is known is filled in: the name of the deployment, and the routed port', () => {
  const check = 'curl -f http://localhost:8000/health'
  const logs = findCauses(aCase({ reason: 'container_unhealthy', check, attempts: [[22, 'curl: (22) The requested URL returned error: 500']] }))
  const bind = findCauses(aCase({ reason: 'app_refused', sockets: ['127.0.0.1:8000'], processes: ['gunicorn app'], probes: [{ hop: 'backend', status: 502 }] }))
  const asked = [{ failed: 'broke_off' as const, detail: 'socket hang up' }]
  const other = findCauses(aCase({ reason: 'app_refused', sockets: ['0.0.0.0:8000', '0.0.0.0:3000'], asked, probes: [{ hop: 'backend', status: 502 }] }))

  expect(logs.trouble.fix).toMatch(/`torii logs hello web`/)
  expect(bind.trouble.fix).toMatch(/`--bind 0\.0\.0\.0:8000`/)
  expect(other.trouble.fix).toMatch(/x-torii: \{port: 3000\}/)
})
