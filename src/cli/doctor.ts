import { realClock } from '../clock.ts'
import { readConfig } from '../config.ts'
import { oneLine } from '../text/one-line.ts'
import { look } from './doctor-looks.ts'
import { printJson, printText } from './output.ts'
import { table } from './table.ts'

/** One thing Torii needs. */
export interface Finding {
  what: string
  /** `warning`: works, but worse. */
  is: 'ok' | 'warning' | 'missing'
  found: string
  /** What to do; '' when nothing. */
  todo: string
}

export async function doctor({ json }: { json?: boolean }): Promise<number> {
  const findings = await look(readConfig(), realClock)
  if (json) printJson({ findings })
  else printText(drawn(findings))
  return findings.some(({ is }) => is === 'missing') ? 7 : 0
}

/** What to do has a row of its own: beside what was found it would fit no terminal. */
export function drawn(findings: Finding[]): string[] {
  const marks = { ok: '✔', warning: '!', missing: '✘' }
  const [head = '', ...rows] = table(
    ['', 'WHAT', 'FOUND'],
    findings.map(({ what, is, found }) => [marks[is], what, found]),
  )
  return [head, ...rows.flatMap((row, at) => [row, ...adviceOf(findings[at])])]
}

function adviceOf(finding: Finding | undefined): string[] {
  return finding === undefined || finding.todo === '' ? [] : [`   to do: ${oneLine(finding.todo, 600)}`]
}
