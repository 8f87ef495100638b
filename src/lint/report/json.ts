import { oneLine } from '../../text/one-line.ts'
import { published } from '../finding.ts'
import type { Linted } from '../lint.ts'
import { counts, exitCode, toldFindings, type Wanted } from './summary.ts'

/** One document for programs. `counts` are of everything, `findings` of what is told. */
export function jsonReport(linted: Linted, wanted: Wanted) {
  return {
    ok: exitCode(linted, wanted) === 0,
    extensions: linted.extensions,
    files: linted.files,
    counts: counts(linted),
    findings: toldFindings(linted, wanted).map(published),
    silenced: linted.silenced.map(({ rule, file, line, service }) => ({ rule, file, line, service })),
    changes: linted.changes.map(({ before, after, ...change }) => ({
      ...change,
      file: oneLine(change.file, 400),
      before: before.map((line) => oneLine(line, 2000)),
      after: after.map((line) => oneLine(line, 2000)),
    })),
  }
}
