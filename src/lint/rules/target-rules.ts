import { hasVariable, variablesOf } from '../../extension/interpolate.ts'
import { type Asked, addressesOf, isItself } from '../command/asks.ts'
import type { Edit, Hit, Rule } from '../rule.ts'
import type { LintService, Stated } from '../see/service.ts'
import { type Place, partOf, textAt } from '../see/source.ts'
import { textOf } from '../see/text-of.ts'
import { eachCheck, eachService } from './each.ts'
import { listeningOf } from './listening.ts'
import { built, checked, web } from './samples.ts'

/** Rows about whom a check asks. */
export const targetRules: Rule[] = [
  {
    id: 'T209',
    name: 'localhost-may-be-ipv6',
    severity: 'warning',
    title: 'wget of busybox asks localhost',
    why: 'On Alpine `localhost` is ::1 first, and busybox’s wget tries no second address: an app that listens on 0.0.0.0 alone refuses it for ever.',
    fix: 'Write 127.0.0.1.',
    from: 'the wild: 75 of 200 checks with wget; portchecker.io#362, kellnr#802, openafc#290, seedsync#180',
    bad: web('image: caddy:2.10', 'healthcheck: {test: "wget -q --spider http://localhost:80/", start_period: 30s}'),
    good: web('image: caddy:2.10', 'healthcheck: {test: "wget -q --spider http://127.0.0.1:80/", start_period: 30s}'),
    find: eachCheck((stated, service): Hit[] => {
      const wget = stated.programs.find(({ name, args }) => name === 'wget' && args.some((arg) => /(^|\/\/)localhost\b/.test(arg)))
      const alpine = service.inside.system === 'alpine' || service.inside.system === 'busybox' || /alpine/.test(service.image ?? '')
      if (wget === undefined || bringsGnuWget(service)) return []
      const at = partOf(stated.testAt, 'localhost')
      if (!alpine)
        return service.inside.system !== null
          ? []
          : [{ at, severity: 'info', message: 'where wget is busybox’s it tries only the first address of localhost, which may be ::1' }]
      return [
        {
          at: partOf(stated.testAt, 'localhost'),
          message: 'busybox’s wget tries only the first address of localhost, which may be ::1',
          edits: everyLocalhost(stated.testAt),
        },
      ]
    }),
  },
  {
    id: 'T210',
    name: 'variable-of-the-host',
    severity: 'warning',
    title: 'A variable in a test is put in by Compose, not by the container',
    why: 'Compose replaces `$NAME` before the container exists, from .env and the deployment’s variables. What nobody gives is empty, and the check asks something else than was meant.',
    fix: 'Write `$$NAME` to have the container’s own value, in a test that a shell reads; or give it a default: `${NAME:-value}`.',
    from: 'the wild: 96 checks, in templates of Dokploy and others',
    bad: web('image: postgres:17', 'environment: {POSTGRES_USER: app}', 'healthcheck: {test: "pg_isready -h 127.0.0.1 -U $POSTGRES_USER", start_period: 30s}'),
    good: web(
      'image: postgres:17',
      'environment: {POSTGRES_USER: app}',
      'healthcheck: {test: "pg_isready -h 127.0.0.1 -U $$POSTGRES_USER", start_period: 30s}',
    ),
    find: eachService((service): Hit[] => {
      const check = service.raw['healthcheck']
      const test = typeof check === 'object' && check !== null ? (check as Record<string, unknown>)['test'] : undefined
      const texts = [test].flat().filter((each) => typeof each === 'string')
      const names = new Set(texts.filter(hasVariable).flatMap(variablesOf))
      const at = service.placeOfValue(['healthcheck', 'test'])
      return [...names]
        .filter((name) => name !== '' && !isRequired(name, texts) && !isMeantForCompose(name, at, service))
        .map((name) => variableHit(name, at, service, Array.isArray(test) && test[0] === 'CMD'))
    }),
  },
  {
    id: 'T211',
    name: 'asks-another-host',
    severity: 'warning',
    title: 'A check asks another host than its own container',
    why: 'It says how the other one is. When that one fails, this container is called unhealthy and restarted for nothing; when this one fails, nobody sees it.',
    fix: 'Ask 127.0.0.1; let the app’s own /health look at what it depends on.',
    from: 'the guide, best practice 6: graceful degradation; the wild: 14 checks, Supabase’s storage and vector among them',
    bad: checked('test: curl -f http://backend:8000/health', 'start_period: 30s'),
    good: checked('test: curl -f http://127.0.0.1:8000/health', 'start_period: 30s'),
    find: eachCheck((stated, service) =>
      asked(stated, service)
        .filter(({ host }) => !isOwnName(host, service))
        .map(({ host }) => ({ at: partOf(stated.testAt, host), message: `it asks ${host}` })),
    ),
  },
  {
    id: 'T212',
    name: 'asks-another-port',
    severity: 'warning',
    title: 'A check asks a port that its container does not seem to have',
    why: 'Where the app listens on another port the check never passes; where it passes, it may be another program that answers.',
    fix: 'Ask the port that the app listens on, or declare the port that is asked with `expose` or EXPOSE.',
    from: 'the wild: 18 checks, Supabase’s supavisor and Mailu among them',
    bad: built(
      'FROM python:3.13',
      'EXPOSE 8000',
      'HEALTHCHECK --start-period=30s CMD curl -f http://localhost:8080/health',
      'CMD ["uvicorn", "main:app", "--host", "0.0.0.0", "--port", "8000"]',
    ),
    good: built(
      'FROM python:3.13',
      'EXPOSE 8000',
      'HEALTHCHECK --start-period=30s CMD curl -f http://localhost:8000/health',
      'CMD ["uvicorn", "main:app", "--host", "0.0.0.0", "--port", "8000"]',
    ),
    find: eachCheck((stated, service): Hit[] => {
      const listening = listeningOf(service)
      return asked(stated, service).flatMap(({ host, port }): Hit[] => {
        if (
          port === null ||
          !isOwnName(host, service) ||
          service.ports.numbers.length === 0 ||
          service.ports.numbers.includes(port) ||
          listening?.port === port
        )
          return []
        const ports = service.ports.numbers.join(', ')
        const sure = listening !== null && listening.port !== null
        const also = sure ? ` and ${listening.server} listens on ${listening.port}` : ''
        return [{ at: partOf(stated.testAt, `:${port}`), message: `it asks port ${port}; the service declares ${ports}${also}` }]
      })
    }),
  },
]

function asked({ programs, command }: Stated, { model }: LintService): Asked[] {
  // In another's network, localhost is the other one.
  return /^(service|container):/.test(textOf(model.network_mode)) ? [] : addressesOf(programs, command.argv.join(' '))
}

function isOwnName(host: string, { name, model }: LintService): boolean {
  return isItself(host) || [name, model.container_name, (model as { hostname?: string }).hostname].includes(host)
}

/** Alpine's package replaces busybox's program. */
function bringsGnuWget({ build }: LintService): boolean {
  return (build?.dockerfile?.source.text.match(/apk add[^\n]*(\\\n[^\n]*)*/g) ?? []).some((text) => /\bwget\b/.test(text))
}

function everyLocalhost(at: Place): Edit[] {
  return [...textAt(at).matchAll(/(?<=\/\/|\s|["'])localhost(?=[:/\s"']|$)/g)].map(({ index }) => ({
    source: at.source,
    start: at.start + index,
    end: at.start + index + 'localhost'.length,
    text: '127.0.0.1',
  }))
}

/** `${NAME:?message}`: the deployment is refused without it, so it is there. */
function isRequired(name: string, texts: string[]): boolean {
  return texts.some((text) => new RegExp(`\\$\\{${name}:?\\?`).test(text))
}

/** The rest of the file takes it from the deployment as well, so the test does not stand alone with it. */
function isMeantForCompose(name: string, at: Place, { model }: LintService): boolean {
  const { text } = at.source
  const own = model.environment?.[name]
  if (own !== undefined && own !== null && !hasVariable(String(own))) return false
  return (
    own !== undefined || [...text.matchAll(new RegExp(`(?<!\\$)\\$(${name}\\b|\\{${name}\\b)`, 'g'))].some(({ index }) => index < at.start || index >= at.end)
  )
}

function variableHit(name: string, at: Place, service: LintService, isExec: boolean): Hit {
  const own = Object.hasOwn(service.model.environment ?? {}, name)
  const message = own ? `Compose puts in the host's ${name}, not the container's` : `Compose puts in ${name}, which .env and env_defaults do not give`
  const written = textAt(at)
  const plain = [...written.matchAll(new RegExp(`(?<!\\$)\\$(${name}\\b|\\{${name}\\})`, 'g'))]
  const edits = own && !isExec ? plain.map(({ index }) => ({ source: at.source, start: at.start + index, end: at.start + index, text: '$' })) : []
  return { at: partOf(at, plain[0]?.[0] ?? ''), message, edits }
}
