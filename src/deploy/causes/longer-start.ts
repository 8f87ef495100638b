import { earliestFailure } from '../judge-check.ts'
import type { Case } from './case.ts'
import { writeCheck } from './rule.ts'

/** ms. Less helps hardly anybody who needs longer. */
const atLeast = 90_000

/**
 * What to write so that a slow start may take longer: a start period above the one it has, within the time of the gate; where there is no
 * room for that, more of that time. After a deadline the check itself has given up nothing, so the time alone is what it lacks.
 */
export function longerStart({ check, service, trouble, revision }: Case): string {
  const gate = revision.source.settings.gate.timeout
  const { startPeriod = 0, interval = 0 } = check ?? {}
  const wanted = Math.max(atLeast, 4 * (check === null ? 0 : earliestFailure(check)))
  // The success that ends it must still come within the time of the gate.
  const period = Math.min(wanted, gate - Math.max(10_000, interval))
  const late = trouble.reason === 'health_timeout'
  if (!late && period > startPeriod) return writeCheck(service, `start_period: ${seconds(period)}`)
  const time = Math.max(2 * gate, wanted)
  const longer = `\`x-torii: {gate: {timeout: ${seconds(time)}}}\``
  if (late) return `At the top level of the Compose file, write ${longer}`
  return `${writeCheck(service, `start_period: ${seconds(Math.max(startPeriod + atLeast, gate))}`)}, and at its top level ${longer}`
}

/** As Compose writes a duration. */
function seconds(ms: number): string {
  return `${Math.ceil(ms / 1000)}s`
}
