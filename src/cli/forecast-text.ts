import type { Forecast, ForecastImage, ForecastService, Pace } from '../deploy/forecast-view.ts'
import { counted, listed, secondsOf } from '../deploy/words.ts'
import { oneLine } from '../text/one-line.ts'
import { bytes } from './amounts.ts'
import { changeText } from './change-text.ts'

/** What a deploy would do, for people. `written`: of services whose image is not built yet, what their Dockerfiles say. */
export function forecastText(forecast: Forecast, written: ReadonlyMap<string, string> = new Map()): string[] {
  const { deployment, revision, images, services, volumes, notices } = forecast
  const hasTimes = services.some(({ check }) => check !== null)
  return [
    `${oneLine(deployment.name)} · revision ${revision} · ${deployment.kind} · nothing is started or recorded`,
    ...section('images', images.map(imageText)),
    ...section(
      'services',
      services.flatMap((service) => serviceText(service, missingText(service, images, written))),
    ),
    ...(hasTimes ? ['  Times count from the moment the containers are created, as if every program answered at once.'] : []),
    ...section('added, because the file leaves it open', addedText(services)),
    ...section(
      'volumes',
      volumes.map(({ name, writers }) => `${name}${writers.length === 0 ? '' : `, written by ${listed(writers)}`}`),
    ),
    ...section('routes', routeText(forecast)),
    ...section('update', updateText(forecast)),
    ...section('changed, left out or worth knowing', notices),
    ...section('at most', longestText(forecast)),
  ]
}

function section(title: string, lines: string[]): string[] {
  return lines.length === 0 ? [] : [title, ...lines.map((line) => `  ${line.startsWith('  ') ? '  ' : ''}${oneLine(line, 600)}`)]
}

function imageText({ image, step, id, digest, size, services }: ForecastImage): string {
  const what = [digest === null ? shortId(id) : (digest.split('@').at(-1) ?? ''), size === null ? '' : bytes(size)].filter((part) => part !== '').join(', ')
  const named = step === 'build' ? `${listed(services)} (build)` : image
  if (step === 'present') return `${named}: here, ${what}`
  if (step === 'build') return `${named}: will be built${what === '' ? '' : `; the last build was ${what}`}`
  return `${named}: will be pulled${what === '' ? '' : `, here is ${what}`}`
}

function shortId(id: string | null): string {
  return id === null ? '' : id.slice(0, 'sha256:'.length + 12)
}

/** Of a check that nobody knows yet. */
function missingText({ service }: ForecastService, images: ForecastImage[], written: ReadonlyMap<string, string>): string {
  const said = written.get(service)
  if (said !== undefined) return `its image is not built yet; ${said}`
  const step = images.find(({ services }) => services.includes(service))?.step
  return step === 'build'
    ? 'its image is not built yet: whether its Dockerfile or its base image brings a HEALTHCHECK is known after the build'
    : 'its image is not here: whether it has a HEALTHCHECK is known after the pull'
}

function serviceText(service: ForecastService, missing: string): string[] {
  const { service: name, replicas, dependsOn, restart, known, check, oneshot, timeline } = service
  const awaits = dependsOn.map((each) => `${each.service} (${each.condition.replace('service_', '').replaceAll('_', ' ')})`)
  const facts = [
    replicas === 1 ? '' : `${replicas} containers`,
    restart === 'no' ? '' : `restart ${restart}`,
    awaits.length === 0 ? '' : `after ${listed(awaits)}`,
  ]
  const head = [name, ...facts.filter((fact) => fact !== '')].join(', ')
  if (oneshot !== null && oneshot.is !== 'if_it_ends')
    return [head, `  one-shot: ${oneshot.why}; it has ${secondsOf(timeline.timeout)} from its turn to exit 0`]
  if (!known && check === null) return [head, `  ${missing}`]
  if (check === null) return [head, ...withoutCheck(oneshot)]
  return [head, ...withCheck(service)]
}

/** What the file leaves open, once where it is the same for all. */
function addedText(services: ForecastService[]): string[] {
  const groups = Map.groupBy(
    services.filter(({ added }) => added.length > 0),
    ({ added }) => added.join('; '),
  )
  return [...groups].map(
    ([added, of]) => `${groups.size === 1 && of.length === services.length ? 'every container' : listed(of.map(({ service }) => service))}: ${added}`,
  )
}

function withoutCheck(oneshot: ForecastService['oneshot']): string[] {
  const taken = oneshot === null ? [] : [`  when it exits 0 it is taken for a one-shot: ${oneshot.why}`]
  return ['  no HEALTHCHECK: its turn is skipped; it must run then, and at the last look', ...taken]
}

function withCheck({ check, timeline }: ForecastService): string[] {
  const { firstProbe, earliestHealthy, earliestUnhealthy, timeout, latest } = timeline
  const start = timeline.start.fast > 0 || timeline.start.plain > 0 ? [`  starts after ${paceText(timeline.start)} at the earliest`] : []
  const [how, ...words] = check?.test ?? []
  const test = `${how === 'TORII' ? 'ours, from outside: ' : ''}${words.join(' ')}`
  const failing = earliestUnhealthy ?? 0
  const verdict =
    failing < timeout
      ? `one that always fails is unhealthy ${secondsOf(failing)} after its start at the earliest`
      : `one that always fails gets no verdict within its ${secondsOf(timeout)}: that takes ${secondsOf(failing)}`
  return [
    `  check: ${oneLine(test, 200)}`,
    ...start,
    `  first probe after ${firstProbe ? paceText(firstProbe) : '?'}; healthy after ${earliestHealthy ? paceText(earliestHealthy) : '?'} at the earliest`,
    `  ${verdict}`,
    `  deadline ${secondsOf(timeout)} from its turn, which ends after ${secondsOf(latest)} at the latest`,
  ]
}

/** "0.1 s (10 s without fast start)". */
function paceText({ plain, fast }: Pace): string {
  return plain === fast ? secondsOf(fast) : `${secondsOf(fast)} (${secondsOf(plain)} without fast start)`
}

function routeText({ routes, routed, deployment }: Forecast): string[] {
  if (routes.length === 0) return ['none: there is nothing to route to']
  const to = routed === null ? 'to a port that only an image that is not here can tell' : `to ${routed.service}:${routed.port}`
  return [...routes.map(({ url }) => url), `  ${to}${deployment.id === null ? '; {deployment_id} is made by the deploy' : ''}`]
}

function updateText({ update, live, revision, changes }: Forecast): string[] {
  if (live === null && revision > 1) return ['no revision is DEPLOYED now: there is none to compare with']
  if (live === null) return ['the first revision: there is none to compare with']
  const shared = [...update.volumes, ...update.ports.map((port) => `port ${port} of the host`)]
  const why = shared.length === 0 ? 'as the extension asks' : `because both use ${listed(shared)}`
  const how =
    update.how === 'in_place'
      ? `takes the place of revision ${live}, ${why}: nothing serves until it has passed`
      : `beside revision ${live}, which serves until this one has passed`
  return [how, ...(changes.length === 0 ? ['nothing differs from it'] : changes.map(changeText))]
}

function longestText({ longest: { gate, probe }, services }: Forecast): string[] {
  const turns = services.reduce((sum, { replicas }) => sum + replicas, 0)
  return [
    `${secondsOf(gate)} at the gate (${counted(turns, 'container')}, one after another)${probe > 0 ? `, ${secondsOf(probe)} for the probe` : ', no probe'}`,
  ]
}
