import { markOf, type ProbeAttempt, type RevisionRef } from './record.ts'
import { type Trouble, type Verdict, waiting } from './verdict.ts'
import { secondsOf } from './words.ts'

/** What an answer is measured by. */
export interface Expected {
  ref: RevisionRef
  /** The routed service. */
  service: string
  /** Path as the app sees it. */
  path: string
  /** Statuses below this pass (guide, "Probe Behavior": < 400). */
  below: number
}

/** What one answer through the proxy says. Nothing fails before the deadline: an app may need a moment (guide: retries within 60 s). */
export function judgeAnswer({ hop, status, failed, detail, mark }: ProbeAttempt, { ref, below }: Expected): Verdict {
  if (hop !== 'app' || status === null) return waiting(detail || 'an answer')
  if (mark !== markOf(ref)) return waiting('the proxy to lead to this revision', 'proxy_unreachable')
  if (failed !== null && status < 400) return waiting(detail)
  return status < below ? { is: 'passed' } : waiting(`HTTP ${status}`)
}

/** What the deadline makes of the last answer (reading 32). */
export function lateAnswer(last: ProbeAttempt, { service, path, ref }: Expected, within: number): Trouble {
  const after = `after ${secondsOf(within)}`
  const { hop, status, failed, detail, mark } = last
  if (hop === 'app' && mark === markOf(ref) && status !== null) {
    if (status >= 500) return { reason: 'app_error', service, detail: `HTTP ${status} on ${path}` }
    if (status >= 400) return { reason: 'app_status', service, detail: `${status} on ${path}` }
    if (failed === null) return { reason: 'app_status', service, detail: `${status} on ${path}` }
    return { reason: 'app_error', service, detail: `${detail} on ${path}` }
  }
  if (hop === 'backend') return { reason: 'app_refused', service, detail: `${after} ${detail}` }
  if (hop === 'app' && status === null) return { reason: 'app_error', service, detail: `${detail} on ${path}` }
  if (hop === 'none') return silence(last, service, after)
  return { reason: 'proxy_unreachable', detail: `${after} ${hop === 'app' ? 'another revision answers' : detail}` }
}

/** Which phase was not reached tells who is silent. */
function silence({ phases, failed, detail }: ProbeAttempt, service: string, after: string): Trouble {
  if (failed === 'certificate' || failed === 'tls') return { reason: 'tls_error', detail }
  if (phases.tcp === null || phases.tls === null) return { reason: 'proxy_unreachable', detail: `${after} ${detail}` }
  return { reason: 'probe_timeout', service, detail: `${after} ${detail}` }
}
