import { asksItself, targetOf } from './causes/check-target.ts'
import type { ContainerFacts, DirectAnswer, Socket } from './evidence-parts.ts'
import { rowOf } from './failure.ts'
import { fitToKeep } from './fit-to-keep.ts'
import type { Parts } from './parts-in-time.ts'
import type { Container, Ports } from './ports.ts'
import type { ContainerEvidence, Revision } from './record.ts'
import type { Turn } from './turns.ts'
import type { Trouble } from './verdict.ts'

const logHead = { lines: 20, bytes: 4096 }
const longestLine = 300
/** One plain HTTP request on this machine: what takes longer says no more in time. */
const askPatience = 100
const mostAsked = 10
/** Where apps usually say that they are well. */
const usualPaths = ['/health', '/healthz', '/api/health']

type Needs = Pick<Ports, 'engine' | 'proxy'>
type Examined = Pick<ContainerEvidence, 'logHead' | 'ran' | 'addresses' | 'facts' | 'sockets' | 'processes' | 'check' | 'checkFrom'>

/** One container that may have to do with a failure, from all sides at once. */
export async function examine(turn: Turn, container: Container, revision: Revision, now: number, { engine }: Needs, parts: Parts): Promise<Examined> {
  const { planned } = turn
  const name = `${planned.name}/${turn.replica}`
  const keep = (text: string, max = longestLine) => fitToKeep(text, revision, container, max)
  const runs = container.state === 'running'
  const [head, facts, sockets, processes] = await Promise.all([
    parts.have(`log of ${name}`, (signal) => engine.logHead(container.id, logHead.lines, logHead.bytes, signal)),
    parts.have(`settings of ${name}`, (signal) => engine.facts(container.id, signal)),
    runs ? parts.have(`sockets of ${name}`, (signal) => engine.sockets(container.id, signal)) : null,
    runs ? parts.have(`processes of ${name}`, (signal) => engine.processes(container.id, signal)) : [],
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
  }
}

function ranFor({ startedAt, finishedAt, state }: Container, now: number): number | null {
  if (startedAt === null) return null
  return Math.max(0, (state === 'running' || finishedAt === null ? now : finishedAt) - startedAt)
}

/** The backends that may have to do with a failure, asked past the proxy. */
export async function askBackends(
  trouble: Trouble,
  containers: ContainerEvidence[],
  revision: Revision,
  { proxy }: Needs,
  parts: Parts,
): Promise<DirectAnswer[]> {
  const urls = [...new Set(containers.flatMap((each) => addressesToAsk(each, trouble, revision)))].slice(0, mostAsked)
  const answers = await Promise.all(urls.map((url) => parts.have(`answer of ${url}`, (signal) => proxy.direct(url, askPatience, signal))))
  return answers.flatMap((answer) => (answer === null ? [] : [fitAnswer(answer, revision)]))
}

function fitAnswer(answer: DirectAnswer, revision: Revision): DirectAnswer {
  const keep = (text: string) => fitToKeep(text, revision, null, longestLine)
  return { ...answer, detail: keep(answer.detail), location: answer.location && keep(answer.location), body: keep(answer.body) }
}

function addressesToAsk({ service, addresses = [], state, sockets, facts }: ContainerEvidence, trouble: Trouble, revision: Revision): string[] {
  const [address] = addresses
  if (state !== 'running' || address === undefined) return []
  const { plan, source } = revision
  const planned = plan?.services.find(({ name }) => name === service)
  const target = targetOf(planned?.check)
  const ofCheck = target !== null && target.path !== null && asksItself(target, service) ? [`http://${address}:${target.port}${target.path}`] : []
  const route = plan?.route?.service === service ? plan.route : null
  if (route === null || rowOf(trouble.reason).exit !== 6)
    return trouble.service === service ? [...ofCheck, ...elsewhere(address, target?.port ?? null, sockets)] : []
  const base = `http://${address}:${route.port}`
  const prefixes = Object.entries(facts?.settings ?? {}).filter(([name, value]) => /PATH|PREFIX|SCRIPT_NAME/i.test(name) && /^\/[\w./-]+$/.test(value))
  const paths = [
    source.settings.probe.path,
    '/',
    ...(target?.path ? [target.path] : []),
    ...prefixes.map(([, value]) => `${value.replace(/\/$/, '')}/`),
    ...usualPaths,
  ]
  return [...[...new Set(paths)].map((path) => `${base}${path}`), ...ofCheck, ...elsewhere(address, route.port, sockets)]
}

/** Other ports that it listens on for all. */
function elsewhere(address: string, but: number | null, sockets: Socket[] | null | undefined): string[] {
  const open = (sockets ?? []).filter((socket) => !/^(127\.|::1$)/.test(socket.address) && socket.port !== but)
  return [...new Set(open.map(({ port }) => port))].slice(0, 3).map((port) => `http://${address}:${port}/`)
}
