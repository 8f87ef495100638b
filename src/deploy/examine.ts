import { joinSecrets, type Secrets } from '../text/secrets.ts'
import { asksItself, targetOf } from './causes/check-target.ts'
import type { ContainerFacts, DirectAnswer, Socket } from './evidence-parts.ts'
import { fitToKeep } from './fit-to-keep.ts'
import { isOfRoute } from './of-route.ts'
import type { Parts } from './parts-in-time.ts'
import type { Container, Ports } from './ports.ts'
import type { ContainerEvidence, Revision } from './record.ts'
import type { Turn } from './turns.ts'
import type { Trouble } from './verdict.ts'

const logHead = { lines: 20, bytes: 4096 }
const longestLine = 300
/** One plain HTTP request on this machine: what takes longer says no more in time. */
const askPatience = 100
const mostAsked = 12
/** Where apps usually say that they are well. */
const usualPaths = ['/health', '/healthz', '/api/health']

type Needs = Pick<Ports, 'engine' | 'proxy'>
type Examined = Pick<ContainerEvidence, 'logHead' | 'ran' | 'addresses' | 'facts' | 'sockets' | 'processes' | 'check' | 'checkFrom'>

/** What others wait for: on its way already. */
export interface Begun {
  turn: Turn
  container: Container
  sockets: Promise<Socket[] | null>
  facts: Promise<ContainerFacts | null>
}

export function begin(turn: Turn, container: Container, { engine }: Needs, parts: Parts): Begun {
  const name = `${turn.planned.name}/${turn.replica}`
  const runs = container.state === 'running'
  return {
    turn,
    container,
    sockets: runs ? parts.have(`sockets of ${name}`, (signal) => engine.sockets(container, signal)) : Promise.resolve(null),
    facts: parts.have(`settings of ${name}`, (signal) => engine.facts(container.id, signal)),
  }
}

/** One container that may have to do with a failure, from all sides at once. */
export async function examine(begun: Begun, revision: Revision, now: number, { engine }: Needs, parts: Parts): Promise<Examined> {
  const { turn, container } = begun
  const { planned } = turn
  const name = `${planned.name}/${turn.replica}`
  const keep = (text: string, max = longestLine) => fitToKeep(text, revision, container, max)
  const runs = container.state === 'running'
  const [head, facts, sockets, processes] = await Promise.all([
    parts.have(`log of ${name}`, (signal) => engine.logHead(container.id, logHead.lines, logHead.bytes, signal)),
    begun.facts,
    begun.sockets,
    runs ? parts.have(`processes of ${name}`, (signal) => engine.processes(container, signal)) : [],
  ])
  return {
    logHead: keep(head ?? '', logHead.bytes),
    ran: ranFor(container, now),
    addresses: container.addresses,
    facts: facts && fitFacts(facts, keep),
    sockets,
    processes: processes?.map((line) => keep(line)) ?? null,
    check: planned.check && { ...planned.check, test: planned.check.test.map((part) => keep(part, 1000)) },
    checkFrom: planned.checkFrom ?? null,
  }
}

function fitFacts(facts: ContainerFacts, keep: (text: string) => string): ContainerFacts {
  const settings = Object.entries(facts.settings).map(([name, value]) => [keep(name), keep(value)])
  return {
    ...facts,
    user: keep(facts.user),
    entrypoint: facts.entrypoint.map((each) => keep(each)),
    command: facts.command.map((each) => keep(each)),
    settings: Object.fromEntries(settings),
    ...(facts.hosts && { hosts: Object.fromEntries(Object.entries(facts.hosts).map(([name, host]) => [keep(name), keep(host)])) }),
    ...(facts.workingDir !== undefined && { workingDir: keep(facts.workingDir) }),
    ...(facts.empty && { empty: facts.empty.map((name) => keep(name)) }),
    ...(facts.variables && { variables: facts.variables.map((name) => keep(name)) }),
    ...(facts.imageUser !== undefined && { imageUser: keep(facts.imageUser) }),
  }
}

function ranFor({ startedAt, finishedAt, state }: Container, now: number): number | null {
  if (startedAt === null) return null
  return Math.max(0, (state === 'running' || finishedAt === null ? now : finishedAt) - startedAt)
}

/** The backends that may have to do with a failure, asked past the proxy: each as soon as its address is known. */
export async function askBackends(trouble: Trouble, suspects: Begun[], revision: Revision, { proxy }: Needs, parts: Parts): Promise<DirectAnswer[]> {
  const asked = new Map<string, Promise<DirectAnswer | null>>()
  const ask = (urls: string[]) => {
    for (const url of urls)
      if (!asked.has(url) && asked.size < mostAsked)
        asked.set(
          url,
          parts.have(`answer of ${url}`, (signal) => proxy.direct(url, askPatience, signal)),
        )
  }
  const mine = suspects.filter(({ container, turn }) => container.state === 'running' && container.addresses.length > 0 && matters(turn, trouble, revision))
  ask(inTurns(mine.map((each) => wellKnown(each, trouble, revision))))
  await Promise.all(mine.map(async (each) => ask(elsewhere(each, revision, await each.sockets))))
  await Promise.all(mine.map(async (each) => ask(belowPrefixes(each, trouble, revision, await each.facts))))
  const answers = await Promise.all(asked.values())
  const secrets = joinSecrets(...mine.map(({ container }) => container.secrets))
  return answers.flatMap((answer) => (answer === null ? [] : [fitAnswer(answer, revision, secrets)]))
}

/** The first of each, then the second: of several replicas all are asked the same before one is asked everything. */
function inTurns(lists: string[][]): string[] {
  const longest = Math.max(0, ...lists.map(({ length }) => length))
  return Array.from({ length: longest }, (_, at) => lists.flatMap((list) => list[at] ?? [])).flat()
}

function fitAnswer(answer: DirectAnswer, revision: Revision, secrets: Secrets): DirectAnswer {
  const keep = (text: string) => fitToKeep(text, revision, { secrets }, longestLine)
  return { ...answer, detail: keep(answer.detail), location: answer.location && keep(answer.location), body: keep(answer.body) }
}

function matters({ planned }: Turn, trouble: Trouble, { plan }: Revision): boolean {
  return planned.name === trouble.service || (plan?.route?.service === planned.name && isOfRoute(trouble))
}

const portOf = ({ turn }: Begun, { plan }: Revision) => (plan?.route?.service === turn.planned.name ? plan.route.port : null)

/** What the check asks, and of the routed port what the probe asks and the usual paths. */
function wellKnown(begun: Begun, trouble: Trouble, revision: Revision): string[] {
  const { turn, container } = begun
  const base = `http://${container.addresses[0]}`
  const target = targetOf(turn.planned.check)
  const ofCheck = target !== null && target.path !== null && asksItself(target, turn.planned.name) ? [target] : []
  const port = portOf(begun, revision)
  const paths =
    port === null || !isOfRoute(trouble) ? [] : [revision.source.settings.probe.path, '/', ...ofCheck.flatMap(({ path }) => path ?? []), ...usualPaths]
  // A check of a path that is not there is mended with one that is.
  const others = isOfRoute(trouble) ? [] : ['/', ...usualPaths]
  return [...paths.map((path) => `${base}:${port}${path}`), ...ofCheck.flatMap((each) => [each.path, ...others].map((path) => `${base}:${each.port}${path}`))]
}

/** Other ports that it listens on for all. */
function elsewhere(begun: Begun, revision: Revision, sockets: Socket[] | null): string[] {
  const but = [portOf(begun, revision), targetOf(begun.turn.planned.check)?.port]
  const open = (sockets ?? []).filter((socket) => !/^(127\.|::1$)/.test(socket.address) && !but.includes(socket.port))
  return [...new Set(open.map(({ port }) => port))].slice(0, 3).map((port) => `http://${begun.container.addresses[0]}:${port}/`)
}

/** The base paths that its variables name. */
function belowPrefixes(begun: Begun, trouble: Trouble, revision: Revision, facts: ContainerFacts | null): string[] {
  const port = portOf(begun, revision)
  if (port === null || !isOfRoute(trouble)) return []
  const paths = Object.entries(facts?.settings ?? {}).filter(
    ([name, value]) => /^(?!KAMIWAZA_).*(PATH|PREFIX|SCRIPT_NAME)/i.test(name) && /^\/[\w./-]+$/.test(value),
  )
  return paths.map(([, value]) => `http://${begun.container.addresses[0]}:${port}${value.replace(/\/$/, '')}/`)
}
