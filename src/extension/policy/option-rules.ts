import { isInside } from '../../files/inside.ts'
import { parseDuration } from '../duration.ts'
import type { Service } from '../model.ts'
import { type Context, isSet, type Rule, shown, when } from './rule.ts'
import { askedServiceKeys, knownServiceKeys, neverAllowedKeys, refusedServiceKeys } from './service-keys.ts'

const durations = ['interval', 'timeout', 'start_period', 'start_interval']

/** Rows about the other options of a service. */
export const optionRules: Rule<Service>[] = [
  ...Object.entries(refusedServiceKeys).map(([key, reason]) => wholeKey(key, 'deny', reason)),
  ...Object.entries(askedServiceKeys).map(([key, reason]) => wholeKey(key, 'ask', reason)),
  {
    name: 'runtime',
    decision: 'deny',
    reason: 'it chooses another runtime than the engine’s own',
    safer: 'Remove `runtime`; an operator’s policy file may list it under `runtimes`.',
    find: (service, { stance }) => when(service, 'runtime', (value) => isSet(value) && !stance.runtimes.includes(String(value))),
  },
  {
    name: 'unknown_option',
    decision: 'deny',
    never: 'what nobody has judged nobody can answer for',
    reason: 'nobody has judged this option yet',
    safer: 'Remove it.',
    find: (service) =>
      Object.entries(service)
        .filter(
          ([key, value]) =>
            isSet(value) &&
            !key.startsWith('x-') &&
            !knownServiceKeys.has(key) &&
            !Object.hasOwn(refusedServiceKeys, key) &&
            !Object.hasOwn(askedServiceKeys, key),
        )
        .map(([key, value]) => shown(key, value)),
  },
  {
    name: 'logging_driver',
    decision: 'deny',
    reason: 'the engine would send the log from the host to wherever the file says, past every network rule',
    safer: 'Use `json-file`, `local` or `none`.',
    find: (service) =>
      when(
        (service as { logging?: object | null }).logging ?? {},
        'driver',
        (value) => isSet(value) && !['json-file', 'local', 'none'].includes(String(value)),
      ).map((found) => `logging.${found}`),
  },
  {
    name: 'negative_duration',
    decision: 'invalid',
    reason: 'a duration cannot be negative',
    safer: 'Use a positive duration such as 10s.',
    find: (service) =>
      durations.flatMap((key) => when(service.healthcheck ?? {}, key, (value) => (parseDuration(value) ?? 0) < 0).map((found) => `healthcheck.${found}`)),
  },
  {
    name: 'short_interval',
    decision: 'rewrite',
    never: 'all checks of the host share one budget',
    reason: 'checks that often cost more than they tell, so the interval is 1 s',
    safer: 'Use an interval of at least 1s; fast start looks sooner by itself.',
    find: (service) => when(service.healthcheck ?? {}, 'interval', isShort).map((found) => `healthcheck.${found}`),
    rewrite: (service) => ({ ...service, healthcheck: { ...service.healthcheck, interval: '1s' } }),
  },
  {
    name: 'file_outside',
    decision: 'deny',
    seen: 'CVE-2026-47179 (Arcane: include reads files of the host), CVE-2025-62725 (Compose: path traversal)',
    never: 'it is refused before Compose reads it',
    reason: 'it lies outside the extension’s folder',
    safer: 'Put the file into the folder.',
    find: (service, context) =>
      ['env_file', 'label_file'].flatMap((key) =>
        paths(service, key)
          .filter((path) => !inFolder(path, context))
          .map((path) => `${key}: ${path}`),
      ),
  },
  {
    name: 'develop',
    decision: 'rewrite',
    never: 'it does nothing here',
    reason: 'it is for `docker compose watch` and does nothing here',
    safer: 'Leave it, or remove it.',
    find: (service) => when(service, 'develop'),
    rewrite: (service) => withoutKey(service, 'develop'),
  },
]

function wholeKey(key: string, decision: 'deny' | 'ask', reason: string): Rule<Service> {
  const never = Object.hasOwn(neverAllowedKeys, key) ? { never: neverAllowedKeys[key] as string } : {}
  return { name: key, decision, ...never, reason, safer: `Remove \`${key}\`.`, find: (service) => when(service, key) }
}

function isShort(value: unknown): boolean {
  const ms = parseDuration(value)
  return ms !== null && ms > 0 && ms < 1000
}

function paths(service: Service, key: string): string[] {
  const value = (service as Record<string, unknown>)[key]
  const list = Array.isArray(value) ? value : isSet(value) ? [value] : []
  return list.map((item) => (typeof item === 'object' && item !== null ? String((item as { path?: unknown }).path) : String(item)))
}

function inFolder(path: string, context: Context): boolean {
  return path.startsWith('/') && isInside(context.folder, context.look(path).real)
}

function withoutKey(service: Service, key: string): Service {
  return Object.fromEntries(Object.entries(service).filter(([each]) => each !== key))
}
