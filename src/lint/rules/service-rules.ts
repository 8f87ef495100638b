import { parseDuration } from '../../extension/duration.ts'
import type { Hit, Rule } from '../rule.ts'
import type { Extension } from '../see/extension.ts'
import type { LintService } from '../see/service.ts'
import { textOf } from '../see/text-of.ts'
import { eachService } from './each.ts'
import { services, web } from './samples.ts'

const widest = 32

/** Rows about services that Compose or a deployment refuses. */
export const serviceRules: Rule[] = [
  {
    id: 'T007',
    name: 'undefined-dependency',
    severity: 'error',
    title: 'A service depends on one that is not there, or on itself',
    why: 'Compose refuses the whole file for it.',
    fix: 'Correct the name, or remove the dependency.',
    from: 'the wild: 6 files depend on a service that nobody has defined',
    bad: services('web:', '  image: nginx:1.29', '  depends_on: [db]'),
    good: services('web:', '  image: nginx:1.29', '  depends_on: [db]', 'db:', '  image: postgres:17'),
    find: (extension) => [...undefinedOnes(extension), ...circles(extension)],
  },
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

function undefinedOnes({ services: all, files }: Extension): Hit[] {
  const names = new Set(all.map(({ name }) => name))
  // What an included file that could not be read would have brought is not known.
  if (files.some(({ root }) => root['include'] !== undefined) && files.length < 2) return []
  return all.flatMap(({ name, dependsOn }) =>
    dependsOn
      .filter(({ service }) => !names.has(service))
      .map(({ service, at }) => ({ service: name, at, message: `it depends on "${service}", which is not there` })),
  )
}

/** A circle is told once, at the first of its services. */
function circles({ services: all }: Extension): Hit[] {
  const byName = new Map(all.map((service) => [service.name, service]))
  const isIn = (a: string, b: string) => reaches(byName, a, b) && reaches(byName, b, a)
  return all.flatMap((service, index) => {
    const next = service.dependsOn.find((each) => each.service === service.name || isIn(each.service, service.name))
    if (next === undefined || all.slice(0, index).some((before) => isIn(before.name, service.name))) return []
    return [{ service: service.name, at: next.at, message: `it waits for itself by way of "${next.service}"` }]
  })
}

function reaches(all: Map<string, LintService>, from: string, to: string): boolean {
  const seen = new Set<string>()
  const waiting = [from]
  for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
    if (seen.has(name)) continue
    seen.add(name)
    const next = all.get(name)?.dependsOn.map(({ service }) => service) ?? []
    if (next.includes(to)) return true
    waiting.push(...next)
  }
  return false
}

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
