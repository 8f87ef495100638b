import { realClock } from '../clock.ts'
import { readConfig } from '../config.ts'
import { look } from './doctor-looks.ts'
import { print, printJson } from './output.ts'
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
  else for (const line of drawn(findings)) print(line)
  return findings.some(({ is }) => is === 'missing') ? 7 : 0
}

function drawn(findings: Finding[]): string[] {
  const marks = { ok: '✔', warning: '!', missing: '✘' }
  return table(
    ['', 'WHAT', 'FOUND', 'WHAT TO DO'],
    findings.map(({ what, is, found, todo }) => [marks[is], what, found, todo]),
  )
}
