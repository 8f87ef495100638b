import type { Change } from '../deploy/forecast-view.ts'
import type { Settings } from '../deploy/plan.ts'
import type { Revision } from '../deploy/record.ts'
import { cleanText } from '../text/clean.ts'
import { formatDuration } from './duration.ts'
import { type Dict, type Model, type Service, servicesOf } from './model.ts'
import { isDict, undollar } from './model-text.ts'
import type { World } from './world.ts'

type Side = Pick<Revision, 'resolved' | 'source'>
type Difference = Pick<Change, 'name' | 'change'>

/** What differs between two resolved extensions: names and images, never a variable's value. */
export function changesBetween(before: Side, after: Side, { parse }: Pick<World, 'parse'>): Change[] {
  const [old, now] = [parse(withoutFolder(before)), parse(withoutFolder(after))]
  return [...serviceChanges(old, now), ...partChanges(old, now), ...settingChanges(settingsOf(before), settingsOf(after))].map(cleaned)
}

/** Every upload lies in a folder of its own: that is no change. */
function withoutFolder({ resolved, source: { folder, upload } }: Side): string {
  return upload === undefined ? resolved : resolved.replaceAll(folder, '/upload')
}

function serviceChanges(before: Model, after: Model): Change[] {
  const [old, now] = [new Map(servicesOf(before)), new Map(servicesOf(after))]
  return differing(old, now).flatMap(({ name, change }): Change[] => {
    const [was, is] = [old.get(name), now.get(name)]
    if (was === undefined || is === undefined) return [{ service: name, what: 'service', name, change }]
    return [...imageChange(name, was, is), ...variableChanges(name, was, is), ...optionChanges(name, was, is)]
  })
}

function imageChange(service: string, { image: before = '', build: was }: Service, { image: after = '', build: is }: Service): Change[] {
  if (before === after || (was && is)) return []
  return [{ service, what: 'image', name: undollar(after), change: 'changed', before: undollar(before), after: undollar(after) }]
}

function variableChanges(service: string, before: Service, after: Service): Change[] {
  const changed = differing(entriesOf(before.environment), entriesOf(after.environment))
  return changed.map((each) => ({ service, what: 'variable', ...each }))
}

/** Shown by their names alone: a command may carry a password. */
function optionChanges(service: string, before: Service, after: Service): Change[] {
  const own = (side: Service) => new Map([...entriesOf(side)].filter(([key]) => key !== 'image' && key !== 'environment'))
  return differing(own(before), own(after)).map((each) => ({ service, what: 'option', ...each }))
}

function partChanges(before: Model, after: Model): Change[] {
  const of = (what: 'volume' | 'network', was: Dict<object | null> | undefined, is: Dict<object | null> | undefined): Change[] =>
    differing(unnamed(was), unnamed(is)).map((each) => ({ service: null, what, ...each }))
  return [...of('volume', before.volumes, after.volumes), ...of('network', before.networks, after.networks)]
}

/** Compose gives them names with the revision's number in them. */
function unnamed(parts: Dict<object | null> | undefined): Map<string, unknown> {
  return new Map([...entriesOf(parts)].map(([key, part]) => [key, isDict(part) ? { ...part, name: undefined } : part]))
}

/** What was allowed is no word of the extension’s, and makes a difference all the same. */
function settingsOf({ source: { settings, policy } }: Side): Settings & { allowed: string } {
  return { ...settings, allowed: (policy?.allowed ?? []).join(', ') || 'nothing' }
}

function settingChanges(before: Settings, after: Settings): Change[] {
  const [old, now] = [new Map(flat(before)), new Map(flat(after))]
  return differing(old, now).map(({ name, change }) => ({
    ...{ service: null, what: 'setting', name, change },
    before: old.get(name) ?? '',
    after: now.get(name) ?? '',
  }))
}

/** As the extension writes them: `gate.timeout`, `strip_path_prefix`. */
function flat(settings: object, prefix = ''): [string, string][] {
  return Object.entries(settings).flatMap(([key, value]: [string, unknown]) => {
    const name = `${prefix}${key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)}`
    if (isDict(value)) return flat(value, `${name}.`)
    const isTime = /\.(timeout|interval)$/.test(name) && typeof value === 'number'
    return [[name, isTime ? formatDuration(value) : String(value as string | number | boolean | null)]]
  })
}

function differing(before: Map<string, unknown>, after: Map<string, unknown>): Difference[] {
  const names = [...new Set([...before.keys(), ...after.keys()])]
  return names.flatMap((name): Difference[] => {
    if (!after.has(name)) return [{ name, change: 'removed' }]
    if (!before.has(name)) return [{ name, change: 'added' }]
    return same(before.get(name), after.get(name)) ? [] : [{ name, change: 'changed' }]
  })
}

/** Compose sorts the keys of its answer. */
function same(before: unknown, after: unknown): boolean {
  return JSON.stringify(before) === JSON.stringify(after)
}

function entriesOf(part: object | null | undefined): Map<string, unknown> {
  return new Map(Object.entries(part ?? {}))
}

function cleaned(change: Change): Change {
  const clean = (text: string) => cleanText(text, { max: 200 })
  const { before, after } = change
  return {
    ...change,
    service: change.service === null ? null : clean(change.service),
    name: clean(change.name),
    ...(before === undefined ? {} : { before: clean(before) }),
    ...(after === undefined ? {} : { after: clean(after) }),
  }
}
