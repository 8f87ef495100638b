import { ConfigError } from './config.ts'
import { DeployError, troubleOf } from './deploy/failure.ts'
import type { Clock } from './deploy/ports.ts'
import { type Verdict, waiting } from './deploy/verdict.ts'
import type { Controller } from './deploy/view.ts'
import type { ProxyState } from './traefik/state.ts'

/** A look at the proxy is good for so long: who deploys twice in a row need not wait for a second one. */
const fresh = 5_000
/** A proxy that somebody removed is back after this, at the latest. */
const lookEvery = 30_000
/** Each try may remove and make the container: one that cannot run is tried less and less often, to once in the longest. */
const firstRetry = 5_000
const longestRetry = 60_000

export interface ProxyKeeper {
  /** Makes sure that the proxy runs as configured. Rejects with DeployError. */
  ensureUp(): Promise<void>
  /** The same without taking an earlier look's word for it. */
  makeUp(): Promise<void>
  /** Makes sure of it again and again, and makes good what is not so, until the signal aborts. */
  keepUp(signal: AbortSignal): Promise<void>
  /** The same controller; what needs the proxy makes sure of it first, so that its trouble is not taken for the app's. */
  before(controller: Controller): Controller
  /** Whether deployments could be routed at the last look. Looks at nothing itself: anybody may ask. */
  ready(): Verdict
}

export function createProxyKeeper(
  proxy: { up(): Promise<ProxyState> },
  { clock, log }: { clock: Clock; log: { warn(facts: object, message: string): void } },
): ProxyKeeper {
  let looking: Promise<void> | null = null
  let goodUntil = Number.NEGATIVE_INFINITY
  let last: Verdict = waiting('the proxy')

  const look = async () => {
    try {
      await proxy.up()
      goodUntil = clock.monotonic() + fresh
      last = { is: 'passed' }
    } catch (thrown) {
      log.warn({ err: thrown }, 'the proxy does not run')
      const error = thrown instanceof ConfigError ? unusable(thrown) : thrown
      goodUntil = Number.NEGATIVE_INFINITY
      last = { is: 'failed', why: troubleOf(error) }
      throw error
    } finally {
      looking = null
    }
  }
  const makeUp = async () => {
    looking ??= look()
    await looking
  }
  const ensureUp = async () => {
    if (clock.monotonic() >= goodUntil) await makeUp()
  }

  return {
    ensureUp,
    makeUp,
    keepUp: async (signal) => {
      let retry = firstRetry
      while (!signal.aborted) {
        await ensureUp().catch(() => {})
        const wait = last.is === 'passed' ? lookEvery : retry
        retry = last.is === 'passed' ? firstRetry : Math.min(retry * 2, longestRetry)
        await clock.sleep(wait, signal).catch(() => {})
      }
    },
    before: (controller) => ({
      ...controller,
      submit: async (request) => {
        await ensureUp()
        return controller.submit(request)
      },
      forecast: async (request) => {
        await ensureUp()
        return controller.forecast(request)
      },
      start: async (nameOrId) => {
        await ensureUp()
        return controller.start(nameOrId)
      },
    }),
    ready: () => last,
  }
}

/** Only the look finds out that this machine cannot do what the variable asks for. */
function unusable({ message }: ConfigError): DeployError {
  return new DeployError('proxy_unreachable', message, { fix: 'Correct or unset that variable, then `torii up`.' })
}
