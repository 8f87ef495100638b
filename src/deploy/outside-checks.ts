import { afterAttempt, type Health, pauseBefore, unasked } from './outside-health.ts'
import type { Check, OutsideCheck, Plan } from './plan.ts'
import type { Container, Ports } from './ports.ts'
import type { CheckAttempt } from './record.ts'

interface World extends Pick<Ports, 'engine' | 'clock'> {
  /** Called after each attempt; the next comes when it has resolved. */
  changed(id: string): Promise<void>
}

/** The checks that we run ourselves, from outside: of services without a HEALTHCHECK that ask for one in `x-torii`. */
export interface OutsideChecks extends AsyncDisposable {
  /** The container with the health that our check has found. Its check begins when it runs and ends with the run. */
  dress(container: Container): Container
}

interface Run {
  startedAt: number | null
  health: Health
  over: AbortController
  done: Promise<void>
}

export function createOutsideChecks({ services }: Pick<Plan, 'services'>, world: World, signal: AbortSignal): OutsideChecks {
  const runs = new Map<string, Run>()

  const begin = (container: Container, check: Check, outside: OutsideCheck): Run => {
    const run: Run = { startedAt: container.startedAt, health: unasked, over: new AbortController(), done: Promise.resolve() }
    run.done = asking(container, { check, outside }, run, AbortSignal.any([signal, run.over.signal]), world)
    // Told when it is disposed of: until then nobody waits for it.
    run.done.catch(() => {})
    return run
  }
  const runOf = (container: Container, check: Check, outside: OutsideCheck): Run | undefined => {
    const before = runs.get(container.id)
    if (before?.startedAt === container.startedAt && container.state === 'running') return before
    before?.over.abort()
    if (container.state !== 'running' || signal.aborted) return before
    const run = begin(container, check, outside)
    runs.set(container.id, run)
    return run
  }

  return {
    dress: (container) => {
      const { check, outside } = services.find(({ name }) => name === container.service) ?? {}
      if (!check || !outside || container.health !== null) return container
      return { ...container, health: runOf(container, check, outside)?.health ?? unasked }
    },
    [Symbol.asyncDispose]: async () => {
      for (const { over } of runs.values()) over.abort()
      await Promise.all([...runs.values()].map(({ done }) => done))
    },
  }
}

/** One attempt after another until the signal aborts. Rejects only with what nobody expected. */
async function asking(container: Container, what: { check: Check; outside: OutsideCheck }, run: Run, signal: AbortSignal, world: World): Promise<void> {
  const { clock } = world
  // A process that takes over finds a container that has run for a while; the engine's clock may be another machine's.
  const begun = clock.monotonic() - Math.max(0, clock.now() - (container.startedAt ?? clock.now()))
  const sinceStart = () => clock.monotonic() - begun
  try {
    while (!signal.aborted) {
      await clock.sleep(pauseBefore(run.health, what.check, sinceStart()), signal)
      const began = sinceStart()
      const attempt = await attemptOf(container, what, signal, world)
      run.health = afterAttempt(run.health, attempt, what.check, began)
      // Not waited for when it is over: whoever ends it may be the look itself.
      await Promise.race([world.changed(container.id), aborted(signal)])
    }
  } catch (error) {
    if (!signal.aborted) throw error
  }
}

async function attemptOf(
  { addresses }: Container,
  { check, outside }: { check: Check; outside: OutsideCheck },
  signal: AbortSignal,
  { engine, clock }: World,
): Promise<CheckAttempt> {
  const [address] = addresses
  if (address === undefined) return { at: new Date(clock.now()).toISOString(), ms: 0, exit: 1, output: 'it has no address on a network that Torii can reach' }
  try {
    const { at, ms, exit, output } = await engine.knock({ address, ...outside, timeoutMs: check.timeout }, signal)
    return { at, ms, exit, output }
  } catch (error) {
    signal.throwIfAborted()
    // Nobody expected it: a failed look is not a failed app, and it is written down like one.
    return { at: new Date(clock.now()).toISOString(), ms: 0, exit: 1, output: error instanceof Error ? error.message : String(error) }
  }
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve()
    else signal.addEventListener('abort', () => resolve(), { once: true })
  })
}

/** What the record says of such a container, where nobody asks it any more: its last attempt. */
export function asRecorded(container: Container, { services }: Pick<Plan, 'services'>, last: CheckAttempt | undefined): Container {
  const { outside } = services.find(({ name }) => name === container.service) ?? {}
  if (!outside || container.health !== null) return container
  return { ...container, health: last?.exit === 0 ? { ...unasked, status: 'healthy', log: [last] } : { ...unasked, log: last ? [last] : [] } }
}
