import { readConfig } from '../../../src/config.ts'
import { createSchemaCheck } from '../../../src/extension/schema-check.ts'
import type { Found } from '../../../src/lint/finding.ts'
import type { ImageLook } from '../../../src/lint/image-look.ts'
import { type Linted, lintAll } from '../../../src/lint/lint.ts'
import type { Sample, Severity } from '../../../src/lint/rule.ts'
import type { LoadTools } from '../../../src/lint/see/load.ts'
import { rememberingLook } from '../../../src/lint/see/remembering-look.ts'
import { aFolder } from '../extension/makers.ts'

const schema = createSchemaCheck()

export function tools(patch: Partial<LoadTools> = {}): LoadTools {
  return { config: readConfig({}), schema, look: rememberingLook(), images: null, cwd: '/', ...patch }
}

/** A folder of these files, linted; paths in the findings are relative to it. */
export async function lintOf(sample: Sample, { fix = null, images = null }: { fix?: Severity[] | null; images?: ImageLook | null } = {}): Promise<Linted> {
  const folder = folderOf(sample)
  return lintAll([folder], tools({ cwd: folder, images }), fix)
}

export function folderOf(sample: Sample): string {
  return aFolder(typeof sample === 'string' ? { 'compose.yaml': sample } : sample)
}

/** "compose.yaml:3:5-3:9 error web: message" of one rule, in their order. */
export function said(findings: Found[], rule: string): string[] {
  return findings
    .filter((found) => found.rule === rule)
    .map(
      ({ file, line, column, endLine, endColumn, severity, service, message }) =>
        `${file}:${line}:${column}-${endLine}:${endColumn} ${severity} ${service === null ? '' : `${service}: `}${message}`,
    )
}

/** What one rule says of a sample. */
export async function saidOf(rule: string, sample: Sample): Promise<string[]> {
  return said((await lintOf(sample)).findings, rule)
}
