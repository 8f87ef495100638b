import type { Found } from '../finding.ts'
import type { Linted } from '../lint.ts'
import { type Severity, severities } from '../rule.ts'

export interface Wanted {
  /** The least that is told. */
  severity: Severity
  /** null: as many as there are. */
  maxWarnings: number | null
}

/** From the worst down to the least that is told. */
export function toldSeverities(least: Severity): Severity[] {
  return severities.slice(0, severities.indexOf(least) + 1)
}

export function counts({ findings, silenced }: Linted): Record<Severity | 'silenced', number> {
  const of = (severity: Severity) => findings.filter((finding) => finding.severity === severity).length
  return { error: of('error'), warning: of('warning'), info: of('info'), silenced: silenced.length }
}

export function toldFindings({ findings }: Linted, { severity }: Pick<Wanted, 'severity'>): Found[] {
  const told = toldSeverities(severity)
  return findings.filter((finding) => told.includes(finding.severity))
}

/** 3: there are errors, or more warnings than allowed (design §5.2: the extension is invalid). */
export function exitCode(linted: Linted, { maxWarnings }: Pick<Wanted, 'maxWarnings'>): 0 | 3 {
  const { error, warning } = counts(linted)
  return error > 0 || (maxWarnings !== null && warning > maxWarnings) ? 3 : 0
}
