import { createEndpoint, type HealthEndpoint } from '../../../src/health/endpoint.ts'
import type { HealthReport } from '../../../src/health/report.ts'
import type { Check, HealthOptions } from '../../../src/health/settings.ts'
import { createFakeClock, type FakeClock } from '../../fakes/clock.ts'

/** An endpoint whose time passes only by `clock.advance`. */
export function anEndpoint(checks: Record<string, Check> = {}, options: HealthOptions = {}): { endpoint: HealthEndpoint; clock: FakeClock } {
  const clock = createFakeClock()
  return { endpoint: createEndpoint(checks, options, clock), clock }
}

/** What it says when asked once. */
export function reportOf(checks: Record<string, Check>, options?: HealthOptions): Promise<HealthReport> {
  return anEndpoint(checks, options).endpoint.report()
}

/** A check that answers when it is told to, and counts. */
export function aGate(): { check: (signal: AbortSignal) => Promise<unknown>; calls: number; signals: AbortSignal[]; open: (answer?: unknown) => void } {
  const waiting: ((answer: unknown) => void)[] = []
  const gate = {
    calls: 0,
    signals: [] as AbortSignal[],
    check: (signal: AbortSignal) => {
      gate.calls++
      gate.signals.push(signal)
      return new Promise<unknown>((resolve) => waiting.push(resolve))
    },
    open: (answer?: unknown) => {
      for (const resolve of waiting.splice(0)) resolve(answer)
    },
  }
  return gate
}

export const fails = (error: unknown) => () => Promise.reject(error)
export const hangs = () => new Promise<never>(() => {})
