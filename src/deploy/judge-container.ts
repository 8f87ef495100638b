import { checkVerdict } from './judge-check.ts'
import { exitVerdict } from './judge-exit.ts'
import type { PlannedService } from './plan.ts'
import type { Container } from './ports.ts'
import { failed, passed, type Verdict, waiting } from './verdict.ts'
import { counted, limitOf, listed, secondsOf, theyWait } from './words.ts'

/** What is known of one container at one look. Times are wall-clock ms. */
export interface Seen {
  planned: PlannedService
  replica: number
  /** null: the engine knows none. */
  container: Container | null
  /** Services whose condition does not hold yet. */
  heldBackBy: string[]
  /** When its first run began, as far as we saw it; null: it has not begun. */
  firstStartedAt: number | null
  now: number
}

/** A crash loop is at least so many restarts and so long since the first start (reading 12). */
const loop = { restarts: 3, after: 20_000 }
/** One that was up for so long is no longer looping (reading 12); it is also where Docker forgets its back-off. */
const backFor = 10_000

/** What one look at one container says: its state first, its health second (reading 10). */
export function judgeContainer(seen: Seen): Verdict {
  const { planned, container } = seen
  if (container === null) return failed('container_gone', planned.name, 'the engine does not know it any more')
  switch (container.state) {
    case 'created':
      return waiting(seen.heldBackBy.length > 0 ? `held back by ${listed(seen.heldBackBy)}` : 'its start')
    case 'paused':
      return failed('container_paused', planned.name, '')
    case 'removing':
    case 'dead':
      return failed('container_gone', planned.name, `it is ${container.state}`)
    case 'exited':
      return exitVerdict(planned, container)
    case 'restarting':
      return judgeRestart(container, seen)
    case 'running':
      return judgeRunning(container, seen)
  }
}

function judgeRestart(container: Container, { planned, firstStartedAt, now }: Seen): Verdict {
  const { restartCount, exitCode, oomKilled, memoryLimit } = container
  const code = exitCode === null ? 'it ended' : `exit code ${exitCode}`
  const loops = restartCount >= loop.restarts && now - (firstStartedAt ?? now) >= loop.after && !wasUp(container)
  if (!loops) return waiting(`restarting after ${code} (${counted(restartCount, 'restart')} so far)`, 'crash_loop')
  if (oomKilled) return failed('out_of_memory', planned.name, `${limitOf(memoryLimit)}, ${counted(restartCount, 'restart')}`)
  return failed(
    'crash_loop',
    planned.name,
    `${counted(restartCount, 'restart')} in ${secondsOf(now - (firstStartedAt ?? now))}, the last run ended with ${code}`,
  )
}

function judgeRunning(container: Container, { planned, now }: Seen): Verdict {
  if (planned.oneshot) return waiting(planned.awaitedBy.length > 0 ? `its end, for which ${theyWait(planned.awaitedBy)}` : 'its end')
  const verdict = healthOf(container, planned)
  const up = now - (container.startedAt ?? now)
  // One that crashes every few seconds passes its check in between: the only sign that it is well again is that it stays. A check may
  // vouch for one that ended once or twice because what it needs was not there yet.
  const doubtfulFrom = container.health === null ? 1 : loop.restarts
  if (passed(verdict) && container.restartCount >= doubtfulFrom && up < backFor)
    return waiting(`it to stay up for ${secondsOf(backFor)} after ${counted(container.restartCount, 'restart')}`, 'crash_loop')
  return verdict
}

function healthOf(container: Container, planned: PlannedService): Verdict {
  if (container.health !== null) return checkVerdict(planned, container.health, container.command)
  return planned.outside ? waiting('its health check') : { is: 'skipped', why: 'no HEALTHCHECK' }
}

/** Its last run was long enough for the loop to be over. */
function wasUp({ startedAt, finishedAt }: Container): boolean {
  return startedAt !== null && finishedAt !== null && finishedAt - startedAt >= backFor
}
