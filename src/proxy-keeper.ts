import { ConfigError } from './config.ts'
import { DeployError } from './deploy/failure.ts'
import type { Clock } from './deploy/ports.ts'
import { failed, type Verdict, waiting } from './deploy/verdict.ts'
import type { Controller } from './deploy/view.ts'
import type { ProxyState } from './traefik/state.ts'

/** A look at the proxy is good for so long: who deploys twice in a row need not wait for a second one. */
const fresh = 5_000

export interface ProxyKeeper {
  /** Makes sure that the proxy runs as configured. Rejects with DeployError. */
  isUp(): Promise<void>
  /** The same without taking an earlier look's word for it. */
  makeUp(): Promise<void>
  /** The same controller; what needs the proxy makes sure of it first, so that its trouble is not taken for the app's. */
  before(controller: Controller): Controller
  /** Whether deployments can be routed now. */
  ready(): Promise<Verdict>
}

export function createProxyKeeper(
  proxy: { up(): Promise<ProxyState> },
  { clock, log }: { clock: Clock; log: { warn(facts: object, message: string): void } },
): ProxyKeeper {
  let looking: Promise<void> | null = null
  let goodUntil = Number.NEGATIVE_INFINITY

  const look = async () => {
    try {
      await proxy.up()
      goodUntil = clock.monotonic() + fresh
    } catch (error) {
      log.warn({ err: error }, 'the proxy does not run')
      throw error instanceof ConfigError
        ? new DeployError('proxy_unreachable', error.message, { fix: 'Correct or unset that variable, then `torii up`.' })
        : error
    } finally {
      looking = null
    }
  }
  const makeUp = async () => {
    looking ??= look()
    await looking
  }
  const isUp = async () => {
    if (clock.monotonic() >= goodUntil) await makeUp()
  }

  return {
    isUp,
    makeUp,
    before: (controller) => ({
      ...controller,
      submit: async (request) => {
        await isUp()
        return controller.submit(request)
      },
      start: async (nameOrId) => {
        await isUp()
        return controller.start(nameOrId)
      },
    }),
    ready: async () => {
      if (looking !== null) return waiting('the proxy')
      return isUp().then(
        () => ({ is: 'passed' }),
        (error) => (error instanceof DeployError ? failed(error.trouble.reason, '', error.trouble.detail) : failed('internal', '', '')),
      )
    },
  }
}
