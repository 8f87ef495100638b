import type { Hit, Rule } from '../rule.ts'
import type { LintService } from '../see/service.ts'
import { eachService, isChecked, serviceCalled } from './each.ts'
import { built, guidesCheck, services, web } from './samples.ts'

const checkLines = ['healthcheck:', ...guidesCheck.map((line) => `  ${line}`)]

/** Rows about whether there is a health check at all, and who relies on it. */
export const presenceRules: Rule[] = [
  {
    id: 'T101',
    name: 'no-health-check',
    severity: 'warning',
    title: 'A service has no HEALTHCHECK',
    why: 'Torii does not wait for it: phase 1 is skipped, and the app has to answer within the probe’s 60 s, however far its start has come; a tool or a service, which is not probed, counts as ready once it runs.',
    fix: 'Add `healthcheck:` to the service or HEALTHCHECK to its Dockerfile, with the guide’s times: interval 10s, timeout 5s, start period 30s, 3 retries.',
    from: 'the guide, best practice 1: always define HEALTHCHECK',
    bad: built('FROM python:3.13', 'EXPOSE 8000', 'CMD ["python", "-m", "http.server", "8000"]'),
    good: built(
      'FROM python:3.13',
      'EXPOSE 8000',
      'HEALTHCHECK --interval=10s --start-period=30s CMD curl -f http://localhost:8000/',
      'CMD ["python", "-m", "http.server", "8000"]',
    ),
    find: eachService((service) => withoutCheck(service)),
  },
  {
    id: 'T102',
    name: 'health-check-off',
    severity: 'info',
    title: 'A health check is switched off',
    why: 'Torii does not wait for this service, also where its image has a check of its own.',
    fix: 'Remove `disable: true` or NONE when it was not meant.',
    from: 'the guide, best practice 1: always define HEALTHCHECK',
    bad: web('image: nginx:1.29', 'healthcheck: {disable: true}'),
    good: web('image: nginx:1.29', ...checkLines),
    find: eachService(({ check, oneshot, raw, place, build }) => {
      if (check.is !== 'disabled' || oneshot) return []
      const instruction = raw['healthcheck'] === undefined ? build?.config?.healthcheck : null
      const at = instruction && build?.dockerfile ? build.dockerfile.place(instruction.getRange()) : place(['healthcheck'])
      return [{ at, message: 'its health check is switched off' }]
    }),
  },
  {
    id: 'T103',
    name: 'waits-for-no-check',
    severity: 'error',
    title: '`service_healthy` of a service that has no health check',
    why: 'Nobody will ever say that it is healthy. A deployment refuses it once the image is there and has no check either.',
    fix: 'Add a `healthcheck:` to the service that is waited for, or wait for `service_started`.',
    from: 'the wild: 5 files, IBM’s mcp-context-forge among them',
    bad: services('web:', '  image: nginx:1.29', '  depends_on: {db: {condition: service_healthy}}', 'db:', '  image: postgres:17'),
    good: services(
      'web:',
      '  image: nginx:1.29',
      '  depends_on: {db: {condition: service_healthy}}',
      'db:',
      '  image: postgres:17',
      '  healthcheck: {test: pg_isready -h 127.0.0.1, start_period: 30s}',
    ),
    find: eachService(({ dependsOn }, extension) =>
      dependsOn
        .filter(({ condition }) => condition === 'service_healthy')
        .flatMap(({ service, at }) => {
          const awaited = serviceCalled(service, extension)
          return awaited === undefined ? [] : waitsInVain(awaited).map((hit) => ({ at, ...hit }))
        }),
    ),
  },
  {
    id: 'T104',
    name: 'waits-for-start-only',
    severity: 'info',
    title: 'A dependency that has a health check is not waited for',
    why: 'The short list, and `service_started`, only wait until the container runs. The service may come up before what it needs answers.',
    fix: 'Write `depends_on: {NAME: {condition: service_healthy}}`.',
    from: 'the wild: 655 dependencies are written as a list',
    bad: services(
      'web:',
      '  image: nginx:1.29',
      '  depends_on: [db]',
      'db:',
      '  image: postgres:17',
      '  healthcheck: {test: pg_isready -h 127.0.0.1, start_period: 30s}',
    ),
    good: services(
      'web:',
      '  image: nginx:1.29',
      '  depends_on: {db: {condition: service_healthy}}',
      'db:',
      '  image: postgres:17',
      '  healthcheck: {test: pg_isready -h 127.0.0.1, start_period: 30s}',
    ),
    find: eachService(({ dependsOn }, extension) =>
      dependsOn
        .filter(({ service, condition, form }) => form === 'list' && condition === 'service_started' && isAwaitable(serviceCalled(service, extension)))
        .map(({ service, at }) => ({ at, message: `it starts without waiting for ${service}'s health check` })),
    ),
  },
  {
    id: 'T105',
    name: 'times-without-test',
    severity: 'warning',
    title: 'A health check has times, but no test',
    why: 'Times alone change the check of the image. Where the image has none they do nothing.',
    fix: 'Add `test:`, or remove `healthcheck:`.',
    from: 'the wild: 6 services set times only',
    bad: web('image: postgres:17', 'healthcheck: {interval: 10s, retries: 3}'),
    good: web('image: postgres:17', 'healthcheck: {test: pg_isready -h 127.0.0.1, interval: 10s, start_period: 30s, retries: 3}'),
    find: eachService(({ check, raw, place, inside, oneshot }): Hit[] => {
      if (raw['healthcheck'] === undefined || raw['healthcheck'] === null || oneshot) return []
      if (check.is === 'none') return [{ at: place(['healthcheck']), message: `it sets no test, and ${inside.said || 'its image'} has none` }]
      if (check.is !== 'timing') return []
      return [{ at: place(['healthcheck']), severity: 'info', message: 'it sets no test: it counts only when the image has a check of its own' }]
    }),
  },
]

function isAwaitable(service: LintService | undefined): boolean {
  return service !== undefined && isChecked(service)
}

function withoutCheck({ check, oneshot, ports, place, inside, build, raw }: LintService): Hit[] {
  if (oneshot || raw['healthcheck'] !== undefined || (check.is !== 'none' && check.is !== 'unknown')) return []
  if (check.is === 'unknown' && build === null && raw['image'] === undefined) return []
  const severity = check.is === 'none' && ports.numbers.length > 0 ? 'warning' : 'info'
  const message =
    check.is === 'none' ? noneWords(build !== null, inside.said, ports.numbers.length > 0) : 'no health check is written here; its image may have one'
  return [{ at: place([]), severity, message }]
}

function noneWords(isBuilt: boolean, base: string, hasPort: boolean): string {
  const where = isBuilt ? 'neither here nor in its Dockerfile' : `neither here nor, as far as is known, in ${base}`
  return hasPort ? `it has no health check, ${where}` : `it has no health check, ${where}: it is not waited for, only watched`
}

function waitsInVain({ name, check, oneshot, inside, build }: LintService): Pick<Hit, 'message' | 'severity' | 'fix'>[] {
  if (oneshot)
    return [
      {
        message: `it waits for ${name} to be healthy, but ${name} is a one-shot, which is judged by its exit alone`,
        fix: 'Wait for `service_completed_successfully`.',
      },
    ]
  if (check.is === 'none' || check.is === 'disabled') {
    const sure = check.is === 'disabled' || build !== null || inside.check === null
    return [{ message: `it waits for ${name} to be healthy, but ${name} has no health check`, severity: sure ? 'error' : 'warning' }]
  }
  if (check.is !== 'unknown' && check.is !== 'timing') return []
  return [{ message: `it waits for ${name} to be healthy, but only its image can have a check`, severity: 'info' }]
}
