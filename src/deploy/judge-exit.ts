import type { PlannedService } from './plan.ts'
import type { Container } from './ports.ts'
import { failed, type Verdict } from './verdict.ts'
import { limitOf, theyWait } from './words.ts'

/** What the end of a container means (reading 11). */
export function exitVerdict(planned: PlannedService, container: Container): Verdict {
  const { exitCode, oomKilled, memoryLimit } = container
  if (oomKilled) return failed('out_of_memory', planned.name, limitOf(memoryLimit))
  if (exitCode === 0 && planned.oneshot) return { is: 'finished', why: 'exit code 0' }
  if (exitCode === 0 && mayFinish(planned)) return { is: 'finished', why: 'finished, taken for a one-shot' }
  const code = `exit code ${exitCode ?? 'unknown'}${signalOf(exitCode)}`
  if (planned.awaitedBy.length === 0) return failed('container_exited', planned.name, code)
  return failed('dependency_failed', planned.name, `${code}; ${theyWait(planned.awaitedBy)} for it to succeed`)
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
