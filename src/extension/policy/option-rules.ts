import { parseDuration } from '../duration.ts'
import { isOurs, referenceTrouble } from '../image-reference.ts'
import type { Service } from '../model.ts'
import { undollar } from '../model-text.ts'
import { isInside } from '../read-limited.ts'
import { type Context, isSet, type Rule, shown, when } from './rule.ts'
import { askedServiceKeys, knownServiceKeys, refusedServiceKeys } from './service-keys.ts'

const durations = ['interval', 'timeout', 'start_period', 'start_interval']

/** Rows about the other options of a service. */
export const optionRules: Rule<Service>[] = [
  ...Object.entries(refusedServiceKeys).map(([key, reason]) => wholeKey(key, 'deny', reason)),
  ...Object.entries(askedServiceKeys).map(([key, reason]) => wholeKey(key, 'ask', reason)),
  {
    name: 'unknown_option',
    decision: 'deny',
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
    name: 'image_reference',
    decision: 'invalid',
    reason: 'it is not [HOST/]NAME[:TAG][@sha256:DIGEST]',
    safer: 'Correct the image’s name.',
    find: (service, { rewritten }) =>
      service.image === undefined || service.build || rewritten !== null || referenceTrouble(undollar(service.image)) === null
        ? []
        : [`image: ${service.image}`],
  },
  {
    name: 'image_of_torii',
    decision: 'deny',
    reason: 'images called torii/… are builds of other deployments',
    safer: 'Use `build:` or an image of your own.',
    find: (service) => (service.build ? [] : when(service, 'image', (value) => isOurs(String(value)))),
  },
  {
    name: 'unpinned_image',
    decision: 'deny',
    reason: 'only the image that was pulled may start',
    safer: 'Report this: Torii pins images itself.',
    find: (service, { rewritten }) => (rewritten === null ? [] : when(service, 'image', (value) => !/^sha256:[a-f0-9]{64}$/.test(String(value)))),
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
    reason: 'checks that often cost more than they tell, so the interval is 1 s',
    safer: 'Use an interval of at least 1s; fast start looks sooner by itself.',
    find: (service) => when(service.healthcheck ?? {}, 'interval', isShort).map((found) => `healthcheck.${found}`),
    rewrite: (service) => ({ ...service, healthcheck: { ...service.healthcheck, interval: '1s' } }),
  },
  {
    name: 'file_outside',
    decision: 'deny',
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
    reason: 'it is for `docker compose watch` and does nothing here',
    safer: 'Leave it, or remove it.',
    find: (service) => when(service, 'develop'),
    rewrite: (service) => withoutKey(service, 'develop'),
  },
]

function wholeKey(key: string, decision: 'deny' | 'ask', reason: string): Rule<Service> {
  return { name: key, decision, reason, safer: `Remove \`${key}\`.`, find: (service) => when(service, key) }
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
