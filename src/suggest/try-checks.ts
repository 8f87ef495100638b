import type { Check, PlannedService } from '../deploy/plan.ts'
import type { Clock, Container, Engine } from '../deploy/ports.ts'
import type { Listening, Suggestion, Try } from '../deploy/suggestion.ts'
import { counted, secondsOf } from '../deploy/words.ts'
import { cleanText } from '../text/clean.ts'
import type { Bench } from './bench.ts'
import { type Candidate, candidatesFor, commandOf, type Target, usualPaths } from './candidates.ts'
import { composeForm, dockerfileForm, toriiForm } from './forms.ts'
import { isLoopback } from './sockets.ts'

interface Needs {
  engine: Pick<Engine, 'container' | 'knock'>
  bench: Bench
  clock: Clock
}

/** A program that has not begun to listen by then is not waited for. */
const listensWithin = 20_000
const lookEvery = 200
const knockWithin = 2_000
/** Ports that are looked at: more than that is no server's habit. */
const mostPorts = 3

/** Looks for a check that works in this very container, by running what might, one after another. */
export async function tryChecks(
  { planned, container, port }: { planned: PlannedService; container: Container; port: number | null },
  where: NonNullable<Suggestion['where']>,
  needs: Needs,
  signal: AbortSignal,
): Promise<Suggestion> {
  const blank = { ...nothingFor(planned), where }
  const { listens, ended } = await waitForSockets(container.id, needs, signal)
  if (ended !== null) return { ...blank, where: null, note: `nothing was tried: ${ended}` }
  const tries: Try[] = []
  const own = await ownTry(planned.check, container.id, needs, signal)
  if (own !== null) tries.push(own)
  if (own?.exit === 0) return { ...blank, listens, tries, works: own, note: 'it has this HEALTHCHECK already' }
  if (listens.length === 0) return { ...blank, tries, ...silent(port) }
  const targets = await targetsOf(listens, port, container, needs, signal)
  for (const target of targets) {
    const works = await firstThatWorks(candidatesFor(target), container.id, { tries, signal }, needs)
    if (works !== null) return { ...blank, listens, tries, works, ...formsOf(works) }
  }
  return {
    ...blank,
    listens,
    tries,
    outside: await fromOutside(targets, container, needs, signal),
    note: `none of ${counted(tries.length, 'command')} works in this image`,
  }
}

export function nothingFor({ name, image }: PlannedService): Suggestion {
  return { service: name, image, where: null, listens: [], tries: [], works: null, dockerfile: null, compose: null, outside: null, needsNone: false, note: '' }
}

/** Of what nobody is routed to it is how workers are. */
function silent(port: number | null): Pick<Suggestion, 'needsNone' | 'note'> {
  const heard = `it listens on no tcp port after ${secondsOf(listensWithin)}`
  if (port !== null) return { needsNone: false, note: `${heard}, so there is nothing that a check could ask` }
  return { needsNone: true, note: `${heard}: a worker needs no HEALTHCHECK, it has to keep running` }
}

function formsOf({ test }: Try): Pick<Suggestion, 'dockerfile' | 'compose'> {
  return { dockerfile: dockerfileForm(test), compose: composeForm(test) }
}

async function waitForSockets(id: string, { engine, bench, clock }: Needs, signal: AbortSignal): Promise<{ listens: Listening[]; ended: string | null }> {
  const until = clock.monotonic() + listensWithin
  for (;;) {
    const container = await engine.container(id)
    if (container?.state !== 'running') return { listens: [], ended: endOf(container) }
    const listens = await bench.listening(id, signal)
    if (listens.length > 0 || clock.monotonic() >= until) return { listens, ended: null }
    await clock.sleep(lookEvery, signal)
  }
}

function endOf(container: Container | null): string {
  if (container === null) return 'its container is gone'
  const cause = cleanText(container.error, { max: 200 })
  return `it did not stay up (${container.state}${container.exitCode === null ? '' : `, exit code ${container.exitCode}`}${cause === '' ? '' : `: ${cause}`})`
}

async function ownTry(check: Check | null, id: string, needs: Needs, signal: AbortSignal): Promise<Try | null> {
  return check === null || check.test[0] === 'TORII' ? null : tried({ tool: 'its own', test: check.test }, id, needs, signal)
}

/** The routed or declared port first, then what everybody can reach; a path where something answers below 400. */
async function targetsOf(listens: Listening[], port: number | null, container: Container, needs: Needs, signal: AbortSignal): Promise<Target[]> {
  const ports = [...new Set(listens.toSorted((a, b) => rank(a, port) - rank(b, port)).map((each) => each.port))].slice(0, mostPorts)
  const targets = await Promise.all(ports.map((each) => targetsAt(each, listens, container, needs, signal)))
  return targets.flat()
}

function rank(each: Listening, port: number | null): number {
  return each.port === port ? 0 : isLoopback(each.address) ? 2 : 1
}

async function targetsAt(port: number, listens: Listening[], { addresses }: Container, { engine }: Needs, signal: AbortSignal): Promise<Target[]> {
  const tcp = { port, path: null }
  const [address] = addresses
  // From outside nobody reaches its loopback: then only the programs inside can tell.
  if (address === undefined || listens.every((each) => each.port !== port || isLoopback(each.address)))
    return [...['/health', '/'].map((path) => ({ port, path })), tcp]
  let speaksHttp = false
  for (const path of usualPaths) {
    const { exit, status } = await engine.knock({ address, port, path, timeoutMs: knockWithin }, signal)
    if (exit === 0) return [{ port, path }]
    speaksHttp ||= status !== null
    if (status === null && !speaksHttp) break
  }
  return [tcp]
}

async function firstThatWorks(
  candidates: Candidate[],
  id: string,
  { tries, signal }: { tries: Try[]; signal: AbortSignal },
  needs: Needs,
): Promise<Try | null> {
  for (const candidate of candidates) {
    const program = candidate.test[1] ?? ''
    // A program that is not there is not looked for twice.
    if (tries.some(({ exit, test }) => exit === 127 && test[1] === program)) continue
    const made = await tried(candidate, id, needs, signal)
    tries.push(made)
    if (made.exit === 0) return made
  }
  return null
}

async function tried({ tool, test }: Candidate, id: string, { bench, clock }: Needs, signal: AbortSignal): Promise<Try> {
  const begun = clock.monotonic()
  const { exit, output } = await bench.run(id, commandOf(test), signal)
  return { tool, test, exit, ms: Math.round(clock.monotonic() - begun), output: cleanText(output.trim(), { max: 500 }) }
}

async function fromOutside(targets: Target[], { addresses }: Container, { engine }: Needs, signal: AbortSignal): Promise<Suggestion['outside']> {
  const [address] = addresses
  if (address === undefined) return null
  for (const { port, path } of targets) {
    const { exit, status, ms } = await engine.knock({ address, port, path, timeoutMs: knockWithin }, signal)
    if (exit === 0) return { xTorii: toriiForm(port, path), status, ms }
  }
  return null
}
