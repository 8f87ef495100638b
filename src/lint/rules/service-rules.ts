import { parseDuration } from '../../extension/duration.ts'
import { hasVariable } from '../../extension/interpolate.ts'
import type { Hit, Rule } from '../rule.ts'
import { textOf } from '../see/text-of.ts'
import { eachService } from './each.ts'
import { web } from './samples.ts'

const widest = 32

/** Rows about services that Compose or a deployment refuses. */
export const serviceRules: Rule[] = [
  {
    id: 'T016',
    name: 'nothing-to-run',
    severity: 'error',
    title: 'A service has neither an image nor a build',
    why: 'Compose refuses the whole file for it.',
    fix: 'Add `image:` or `build:`.',
    from: 'the wild: 388 files have such a service, most of them fragments that others extend',
    bad: web('command: echo hello'),
    good: web('image: alpine:3.22', 'command: echo hello'),
    find: eachService(({ raw, place, layers }) => {
      const extendsUnseen = layers.some(({ file, path }) => file.find([...path, 'extends']) !== null) && layers.length === 1
      return raw['image'] === undefined && raw['build'] === undefined && raw['provider'] === undefined && !extendsUnseen
        ? [{ at: place([]), message: 'it has neither `image` nor `build`' }]
        : []
    }),
  },
  {
    id: 'T017',
    name: 'wide-port-range',
    severity: 'error',
    title: 'A range of more than 32 ports',
    why: 'Compose writes each port of a range out: 1-65535 becomes nine megabytes.',
    fix: 'Declare only the ports that are used.',
    from: 'a deployment refuses it (`policy_denied`)',
    bad: web('image: nginx:1.29', 'ports: ["8000-9000:8000-9000"]'),
    good: web('image: nginx:1.29', 'ports: ["8000-8010"]'),
    find: eachService(({ items }) =>
      ['ports', 'expose'].flatMap((key) =>
        items(key)
          .filter(({ value }) => widthOf(value) > widest)
          .map(({ value, at }) => ({ at, message: `${key}: a range of ${widthOf(value)} ports` })),
      ),
    ),
  },
  {
    id: 'T021',
    name: 'profile-left-out',
    severity: 'info',
    title: 'A service with profiles is left out',
    why: 'Profiles are off unless `torii deploy --profile` names one.',
    fix: 'Remove `profiles` from what is always needed.',
    from: 'the wild: 13 files',
    bad: web('image: nginx:1.29', 'profiles: [debug]'),
    good: web('image: nginx:1.29'),
    find: eachService(({ raw, place }) =>
      Array.isArray(raw['profiles']) && raw['profiles'].length > 0
        ? [{ at: place(['profiles']), message: `it is left out unless --profile names one of ${raw['profiles'].map(textOf).join(', ')}` }]
        : [],
    ),
  },
  {
    id: 'T022',
    name: 'unknown-restart-policy',
    severity: 'error',
    title: 'A restart policy that is not known',
    why: 'Compose takes every text, but the engine refuses to make the container.',
    fix: 'Write `unless-stopped`, `always`, `on-failure`, `on-failure:3` or `"no"`.',
    from: 'a deployment fails with it (`start_failed`)',
    bad: web('image: nginx:1.29', 'restart: on_failure'),
    good: web('image: nginx:1.29', 'restart: on-failure:3'),
    find: eachService(({ raw, placeOfValue }) => {
      const { restart } = raw
      if (typeof restart !== 'string' || hasVariable(restart) || /^(no|always|unless-stopped|on-failure(:\d+)?|)$/.test(restart)) return []
      return [{ at: placeOfValue(['restart']), message: `the engine knows no restart policy "${restart}"` }]
    }),
  },
  {
    id: 'T112',
    name: 'bad-duration',
    severity: 'error',
    title: 'A time of a health check that is no duration',
    why: 'Compose refuses the whole file for a number without a unit, a unit it does not know, or a negative time.',
    fix: 'Write the time with its unit: `30s`, `1m30s`.',
    from: 'a deployment refuses it (`compose_invalid`)',
    bad: web('image: nginx:1.29', 'healthcheck:', '  test: curl -f http://localhost', '  interval: 30'),
    good: web('image: nginx:1.29', 'healthcheck:', '  test: curl -f http://localhost', '  interval: 30s'),
    find: eachService(({ raw, placeOfValue }) => {
      const check = raw['healthcheck']
      if (typeof check !== 'object' || check === null) return []
      return (['interval', 'timeout', 'start_period', 'start_interval'] as const).flatMap((key) => {
        const value = (check as Record<string, unknown>)[key]
        return durationTrouble(key, value).map((hit): Hit => {
          const at = placeOfValue(['healthcheck', key])
          const written = at.source.text.slice(at.start, at.end)
          const [, quote = '', number] = /^(["']?)([1-9]\d*)\1$/.exec(written) ?? []
          const edits = number === undefined ? [] : [{ ...at, text: `${quote}${number}s${quote}` }]
          return { at, message: hit, edits }
        })
      })
    }),
  },
]

/** Ports in the widest range of an entry, short or long. */
function widthOf(value: unknown): number {
  const text = typeof value === 'object' && value !== null ? Object.values(value).map(textOf).join(' ') : textOf(value)
  return Math.max(0, ...[...text.matchAll(/(\d{1,5})-(\d{1,5})/g)].map(([, first, last]) => Number(last) - Number(first) + 1))
}

function durationTrouble(key: string, value: unknown): string[] {
  if (value === undefined || value === null || (typeof value === 'string' && value.includes('$'))) return []
  if (typeof value === 'number') return [`${key}: ${value} has no unit`]
  const ms = parseDuration(typeof value === 'string' ? value.replace(/^\+/, '') : value)
  if (ms === null) return [`${key}: "${textOf(value).slice(0, 40)}" is no duration`]
  return ms < 0 ? [`${key}: a duration cannot be negative`] : []
}
