import type { ForecastTimeline, Pace } from './forecast-view.ts'
import { earliestFailure } from './judge-check.ts'
import type { Plan, PlannedService } from './plan.ts'

const atOnce: Pace = { plain: 0, fast: 0 }

/** What each service will live through at the gate, by its name. Earliest moments: every program starts and answers in no time. */
export function timelinesOf({ services }: Pick<Plan, 'services'>, timeout: number): Map<string, ForecastTimeline> {
  const timelines = new Map<string, ForecastTimeline>()
  let turns = 0
  for (const planned of services) {
    turns += planned.replicas
    timelines.set(planned.name, timelineOf(planned, startOf(planned, timelines), { timeout, turns }))
  }
  return timelines
}

function timelineOf({ firstProbe, check }: PlannedService, start: Pace, { timeout, turns }: { timeout: number; turns: number }): ForecastTimeline {
  const first = firstProbe === null ? null : sum(start, firstProbe)
  return {
    start,
    firstProbe: first,
    // The first check that succeeds is enough (Docker 26.1.5).
    earliestHealthy: first,
    earliestUnhealthy: check === null ? null : earliestFailure(check),
    timeout,
    latest: turns * timeout,
  }
}

/** Services stand in gate order: what one depends on is there already. A circle is refused before. */
function startOf({ dependsOn }: PlannedService, known: ReadonlyMap<string, ForecastTimeline>): Pace {
  const freed = dependsOn.map(({ service, condition }) => {
    const awaited = known.get(service)
    return (condition === 'service_healthy' ? awaited?.earliestHealthy : awaited?.start) ?? atOnce
  })
  return freed.reduce((latest, each) => ({ plain: Math.max(latest.plain, each.plain), fast: Math.max(latest.fast, each.fast) }), atOnce)
}

function sum(a: Pace, b: Pace): Pace {
  return { plain: a.plain + b.plain, fast: a.fast + b.fast }
}
