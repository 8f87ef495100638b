import type { Clock } from './clock.ts'
import { oneCall } from './one-call.ts'
import { type HealthReport, type Result, reportOf } from './report.ts'
import type { CheckPlan, Settings } from './settings.ts'

/** Runs all checks side by side: it takes as long as the slowest timeout, at most. Never rejects. */
export function runner(plans: readonly CheckPlan[], settings: Settings, clock: Clock): () => Promise<HealthReport> {
  const calls = plans.map((plan) => ({ ...plan, call: oneCall(plan, clock) }))
  return async () => {
    const results = await Promise.all(calls.map(async ({ name, critical, call }) => ({ name, critical, outcome: await call() })))
    for (const result of results) tell(result, settings.onFailure)
    return reportOf(results, settings.describe)
  }
}

function tell({ name, critical, outcome }: Result, onFailure: Settings['onFailure']): void {
  if (outcome.is !== 'failed') return
  const { error } = outcome
  void (async () => onFailure({ check: name, critical, error }))().catch(() => {})
}
