import type { Hit, Rule } from '../rule.ts'
import { partsOf } from '../see/base-images.ts'
import type { Extension } from '../see/extension.ts'
import type { LintService } from '../see/service.ts'
import { eachService, isChecked } from './each.ts'
import { built, services, web } from './samples.ts'

/** Commands that end by themselves. */
const endsByItself =
  /\b(alembic upgrade|manage\.py (migrate|collectstatic|loaddata)|prisma (migrate deploy|db push)|db:(migrate|seed)|rake db|knex migrate|sequelize db:migrate|typeorm migration:run|flyway migrate|liquibase update|goose up|migrate (-\S+ )*up|mc (mb|alias)|createbuckets)\b/
const oneshotName = /(^|[-_])(migrate|migrations?|init|seed|setup|bootstrap|createbuckets)([-_]|$)/

/** Rows about which image is run, and what becomes of a container after its start. */
export const lifeRules: Rule[] = [
  {
    id: 'T501',
    name: 'floating-image',
    severity: 'warning',
    title: 'An image without a tag, or with `latest`',
    why: 'What is deployed tomorrow may be another program than today’s. A deployment records the digest it has run, but cannot know what was meant.',
    fix: 'Name a version, and a digest where it matters: `nginx:1.29`.',
    from: 'the wild: 21 % of references float',
    bad: web('image: nginx:latest'),
    good: web('image: nginx:1.29'),
    find: (extension) => [...floatingServices(extension), ...floatingBases(extension)],
  },
  {
    id: 'T502',
    name: 'runs-as-root',
    severity: 'info',
    title: 'The container runs as root',
    why: 'Whoever breaks out of the program is root in the container, and one step from the host.',
    fix: 'Add `USER` to the Dockerfile, or `user:` to the service.',
    from: 'the wild: 597 of 670 Dockerfiles',
    bad: built('FROM python:3.13', 'CMD ["python", "-m", "http.server"]'),
    good: built('FROM python:3.13', 'USER nobody', 'CMD ["python", "-m", "http.server"]'),
    find: eachService(({ build, raw, inside, place }): Hit[] => {
      const config = build?.config
      if (
        !build?.dockerfile ||
        !config ||
        !build.stage ||
        raw['user'] !== undefined ||
        inside.said === '' ||
        inside.isRootless ||
        /nonroot|rootless/.test(inside.said)
      )
        return []
      const isRoot = /^(root|0)(:|$)/
      if (config.user !== null) return isRoot.test(config.user.name) ? [{ at: config.user.at, message: `it runs as ${config.user.name}` }] : []
      if (inside.system === null) return []
      return [{ at: build.dockerfile.isFile ? build.dockerfile.place(build.stage.from.getRange()) : place(['build']), message: 'no USER: it runs as root' }]
    }),
  },
  {
    id: 'T503',
    name: 'no-restart-policy',
    severity: 'info',
    title: 'Nothing starts the container again',
    why: 'When the program ends, or the machine starts anew, the container stays down.',
    fix: 'Add `restart: unless-stopped`.',
    from: 'the wild: 2,134 of 4,964 services say nothing',
    bad: web('image: nginx:1.29', 'ports: ["80"]'),
    good: web('image: nginx:1.29', 'ports: ["80"]', 'restart: unless-stopped'),
    find: eachService(({ raw, oneshot, place, ports }) =>
      raw['restart'] === undefined && !oneshot && ports.numbers.length > 0 && !hasRestartPolicy(raw)
        ? [{ at: place([]), message: 'it has no restart policy' }]
        : [],
    ),
  },
  {
    id: 'T504',
    name: 'restarting-one-shot',
    severity: 'error',
    title: 'A one-shot that is started again and again',
    why: 'With `always` or `unless-stopped` Docker starts it again after exit 0 too, so it never ends: whoever waits for its end waits in vain, and it is taken for a crash loop.',
    fix: 'Write `restart: "no"`, or `on-failure`.',
    from: 'reading 11 of the guide: one-shot containers',
    bad: services(
      'web:',
      '  image: nginx:1.29',
      '  depends_on: {init: {condition: service_completed_successfully}}',
      'init:',
      '  image: alpine:3.22',
      '  command: "true"',
      '  restart: always',
    ),
    good: services(
      'web:',
      '  image: nginx:1.29',
      '  depends_on: {init: {condition: service_completed_successfully}}',
      'init:',
      '  image: alpine:3.22',
      '  command: "true"',
      '  restart: "no"',
    ),
    find: eachService(({ oneshot, raw, place, awaitedBy }) =>
      oneshot && (raw['restart'] === 'always' || raw['restart'] === 'unless-stopped')
        ? [
            {
              at: place(['restart']),
              message: `\`restart: ${raw['restart']}\` never lets it end${awaitedBy.length === 0 ? '' : `, and ${awaitedBy.join(', ')} waits for that`}`,
            },
          ]
        : [],
    ),
  },
  {
    id: 'T505',
    name: 'one-shot-not-awaited',
    severity: 'warning',
    title: 'Nobody waits for the end of what looks like a one-shot',
    why: 'A migration that is only waited for until it starts has not run yet when the others come up; and one that ends is taken for a failure when it has a port, a health check or a restart policy.',
    fix: 'Let the others wait: `depends_on: {NAME: {condition: service_completed_successfully}}`, or mark it with `x-torii: {oneshot: true}`.',
    from: 'the wild: 91 dependencies in 35 files are of that kind',
    bad: services('web:', '  image: shop:1', '  depends_on: [migrate]', 'migrate:', '  image: shop:1', '  command: alembic upgrade head'),
    good: services(
      'web:',
      '  image: shop:1',
      '  depends_on: {migrate: {condition: service_completed_successfully}}',
      'migrate:',
      '  image: shop:1',
      '  command: alembic upgrade head',
    ),
    find: eachService((service, { services: all }): Hit[] => {
      if (service.oneshot || !looksLikeOneshot(service)) return []
      const waiting = all.flatMap(({ name, dependsOn }) => dependsOn.filter(({ service: other }) => other === service.name).map((each) => ({ name, ...each })))
      const [first] = waiting
      if (first !== undefined) return [{ at: first.at, service: first.name, message: `it waits for ${service.name} to start, not for its end` }]
      return [{ at: service.place([]), severity: 'info', message: 'it looks like a one-shot, and nobody waits for its end' }]
    }),
  },
  {
    id: 'T506',
    name: 'update-in-place',
    severity: 'info',
    title: 'Updates stop the old version first',
    why: 'Two revisions must not write one volume at the same time. So an update takes the old one’s place, with a short interruption, instead of starting beside it.',
    fix: 'Nothing has to be done; mount it `:ro` where nothing is written, or set `x-torii: {update: {strategy: beside}}` when the program can share it.',
    from: 'reading 24 of the guide: stop, update, delete',
    bad: `${web('image: postgres:17', 'volumes: ["data:/var/lib/postgresql/data"]')}volumes: {data: }\n`,
    good: web('image: nginx:1.29'),
    find: ({ services: all, settings }) => {
      if (settings.update.strategy !== 'auto') return []
      const writers = all.flatMap((service) =>
        (service.model.volumes ?? [])
          .filter(({ type, source, read_only }) => (type ?? 'volume') === 'volume' && source && !read_only)
          .map((mount) => ({ service, mount })),
      )
      const [first] = writers
      if (first === undefined) return []
      const names = [...new Set(writers.map(({ mount }) => mount.source))].join(', ')
      return [
        { at: first.service.place(['volumes']), service: first.service.name, message: `an update stops the old version first, because it writes ${names}` },
      ]
    },
  },
]

function floatingServices({ services: all }: Extension): Hit[] {
  return all.flatMap(({ name, image, build, placeOfValue }) =>
    image !== null && build === null ? floating(image).map((message) => ({ at: placeOfValue(['image']), service: name, message })) : [],
  )
}

function floatingBases({ dockerfiles }: Extension): Hit[] {
  return dockerfiles.flatMap(({ stages }) =>
    stages.flatMap(({ base }) =>
      base.image === null || base.image === 'scratch' ? [] : floating(base.image).map((message): Hit => ({ at: base.at, message })),
    ),
  )
}

function floating(image: string): string[] {
  const { tag, digest } = partsOf(image)
  if (digest || (tag !== '' && tag !== 'latest')) return []
  return [tag === '' ? `${image} has no tag, which means latest` : `${image} means whatever is the latest`]
}

function hasRestartPolicy(raw: LintService['raw']): boolean {
  const deploy = raw['deploy']
  return typeof deploy === 'object' && deploy !== null && (deploy as Record<string, unknown>)['restart_policy'] !== undefined
}

function looksLikeOneshot(service: LintService): boolean {
  const { name, starts, model } = service
  const line = starts.command?.argv.join(' ') ?? ''
  // `migrate && serve` goes on.
  const goesOn = /&&|;|\bexec\b|\|\|/.test(line)
  const isNamed =
    oneshotName.test(name) && model.restart !== 'always' && model.restart !== 'unless-stopped' && (model.ports ?? []).length === 0 && !isChecked(service)
  return (endsByItself.test(line) && !goesOn) || isNamed
}
