import type { PlannedService } from './plan.ts'
import type { Container } from './ports.ts'
import { failed, type Verdict } from './verdict.ts'
import { limitOf, listed, theyWait } from './words.ts'

/** What the end of a container means (reading 11). */
export function exitVerdict(planned: PlannedService, container: Container): Verdict {
  const { exitCode, oomKilled, memoryLimit } = container
  if (oomKilled) return failed('out_of_memory', planned.name, limitOf(memoryLimit))
  const oneshot = whyOneshot(planned)
  if (exitCode === 0 && oneshot !== null)
    return { is: 'finished', why: oneshot.is === 'if_it_ends' ? `finished, taken for a one-shot: ${oneshot.why}` : `exit code 0, a one-shot: ${oneshot.why}` }
  const code = `exit code ${exitCode ?? 'unknown'}${signalOf(exitCode)}`
  if (planned.awaitedBy.length === 0) return failed('container_exited', planned.name, code)
  return failed('dependency_failed', planned.name, `${code}; ${theyWait(planned.awaitedBy)} for it to succeed`)
}

/** Why it is a one-shot, or is taken for one when it exits 0; null: it must go on running (reading 11). */
export function whyOneshot(planned: PlannedService): { is: 'asked' | 'awaited' | 'if_it_ends'; why: string } | null {
  if (planned.awaitedBy.length > 0)
    return { is: 'awaited', why: `${listed(planned.awaitedBy)} ${planned.awaitedBy.length === 1 ? 'awaits' : 'await'} its success` }
  if (planned.oneshot) return { is: 'asked', why: 'x-torii says so' }
  return mayFinish(planned) ? { is: 'if_it_ends', why: 'it has no port, no HEALTHCHECK and no restart policy that keeps it running' } : null
}

/** No restart policy is Compose's default and says nothing; one that restarts always says that it should run. */
function mayFinish({ check, hasPort, restart }: PlannedService): boolean {
  return check === null && !hasPort && restart !== 'always' && restart !== 'unless-stopped'
}

function signalOf(exitCode: number | null): string {
  const names: Record<number, string> = { 130: 'SIGINT', 134: 'SIGABRT', 137: 'SIGKILL', 139: 'SIGSEGV', 143: 'SIGTERM' }
  const name = names[exitCode ?? 0]
  return name === undefined ? '' : ` (${name})`
}
