import type { Clock } from '../deploy/ports.ts'
import { isSettled } from '../deploy/transitions.ts'
import type { RevisionView } from '../deploy/view.ts'
import type { Api } from './api.ts'
import { followEvents } from './follow-events.ts'
import { type Progress, progressOf, withEvent } from './progress.ts'
import { openScreen, type Screen } from './screen.ts'

const tick = 1_000

/** Shows a revision until it has settled, and answers what was seen last; rejects with the signal's reason when aborted. */
export async function watch(api: Api, view: RevisionView, { clock, signal }: { clock: Clock; signal: AbortSignal }): Promise<Progress> {
  const screen = await openScreen(clock)
  const over = new AbortController()
  const live = { progress: progressOf(view, begunAt(view, clock)) }
  screen.show(live.progress)
  void keepTime(screen, live, clock, over.signal)
  try {
    const gone = () => screen.note('The control plane went away; waiting for it to come back.')
    const filter = { deployment: view.deployment.id ?? '', revision: view.revision ?? 0, after: 0 }
    for await (const event of followEvents(api, filter, { clock, signal, gone })) {
      screen.event(live.progress, event)
      live.progress = withEvent(live.progress, event)
      screen.show(live.progress)
      if (isSettled(live.progress.state)) break
    }
    return live.progress
  } finally {
    over.abort()
    screen.done()
  }
}

/** Running durations move although nothing happens. */
async function keepTime(screen: Screen, live: { progress: Progress }, clock: Clock, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    await clock.sleep(tick, signal).catch(() => {})
    live.progress = { ...live.progress, now: clock.now() }
    if (!signal.aborted) screen.show(live.progress)
  }
}

function begunAt({ timeline }: RevisionView, clock: Clock): number {
  const [first] = timeline
  return first ? Date.parse(first.at) : clock.now()
}
