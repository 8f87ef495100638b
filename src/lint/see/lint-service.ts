import { hasVariable } from '../../extension/interpolate.ts'
import type { Service } from '../../extension/model.ts'
import { isDict } from '../../extension/model-text.ts'
import { checkOf } from './check-of.ts'
import { declaredPorts } from './declared-ports.ts'
import type { Command } from './image-config.ts'
import { insideOf, type Looked } from './inside.ts'
import type { LintService, Outline } from './service.ts'
import type { Place } from './source.ts'
import { textOf } from './text-of.ts'

/** Everything the rules know of each service. */
export function lintServices(outlines: Outline[], looked: ReadonlyMap<string, Looked>): LintService[] {
  const dependencies = new Map(outlines.map((outline) => [outline.name, dependenciesOf(outline)]))
  const awaiting = awaitingOf(dependencies)
  return outlines.map((outline) => {
    const inside = insideOf(outline, looked)
    const awaitedBy = awaiting.get(outline.name) ?? []
    const oneshot = outline.settings.oneshot || awaitedBy.length > 0
    return {
      ...outline,
      inside,
      check: oneshot ? { is: 'disabled' } : checkOf(outline, inside),
      dependsOn: dependencies.get(outline.name) ?? [],
      awaitedBy,
      oneshot,
      ports: portsOf(outline, inside.exposed),
      starts: startsOf(outline),
      env: envOf(outline),
    }
  })
}

/** By the service whose end is awaited: who awaits it. */
function awaitingOf(dependencies: ReadonlyMap<string, LintService['dependsOn']>): Map<string, string[]> {
  const found = new Map<string, string[]>()
  for (const [name, list] of dependencies) {
    for (const { service, condition } of list) {
      if (condition === 'service_completed_successfully') found.set(service, [...(found.get(service) ?? []), name])
    }
  }
  return found
}

function dependenciesOf(outline: Outline): LintService['dependsOn'] {
  const { depends_on: raw } = outline.raw
  const form = Array.isArray(raw) ? ('list' as const) : ('mapping' as const)
  const items = new Map(outline.items('depends_on').map(({ value, at }) => [value, at]))
  const place = (name: string): Place => (form === 'list' ? (items.get(name) ?? outline.place(['depends_on'])) : outline.place(['depends_on', name]))
  return Object.entries(outline.model.depends_on ?? {}).map(([service, { condition }]) => ({
    service,
    condition: textOf(condition ?? 'service_started'),
    at: place(service),
    form,
  }))
}

/** What its own Dockerfile exposes is known also where its base is not. */
function portsOf({ model, settings, build }: Outline, exposed: number[] | null): LintService['ports'] {
  const numbers = [...declaredPorts(model), ...(exposed ?? build?.config?.exposed ?? []), ...(settings.port === null ? [] : [settings.port])]
  return { numbers: [...new Set(numbers)].sort((a, b) => a - b), sure: exposed !== null }
}

/** Compose's entrypoint clears the image's command (Compose specification, 05). */
function startsOf(outline: Outline): LintService['starts'] {
  const { entrypoint, command } = outline.model as Service & { entrypoint?: unknown; command?: unknown }
  const config = outline.build?.config
  const ownEntrypoint = commandIn(entrypoint, outline.placeOfValue(['entrypoint']))
  return {
    entrypoint: ownEntrypoint ?? config?.entrypoint ?? null,
    command: commandIn(command, outline.placeOfValue(['command'])) ?? (ownEntrypoint === null ? (config?.command ?? null) : null),
  }
}

/** Compose splits a string into words itself; no shell sees it unless it names one. */
function commandIn(value: unknown, at: Place): Command | null {
  if (typeof value === 'string') return { form: 'shell', argv: [value.replaceAll('$$', '$')], at }
  if (!Array.isArray(value)) return null
  return {
    form: 'exec',
    argv: value.filter((each) => typeof each === 'string' || typeof each === 'number').map((each) => String(each).replaceAll('$$', '$')),
    at,
  }
}

function envOf({ model, build }: Outline): Record<string, string> {
  const own = isDict(model.environment) ? Object.entries(model.environment) : []
  const known = own.filter(([, value]) => value !== null && !hasVariable(String(value))).map(([name, value]) => [name, String(value).replaceAll('$$', '$')])
  return { ...build?.config?.env, ...Object.fromEntries(known) }
}
