import { pathToFileURL } from 'node:url'
import type { Found } from '../finding.ts'
import type { Linted } from '../lint.ts'
import { pageOf } from '../page.ts'
import type { Severity } from '../rule.ts'
import { rules } from '../rules.ts'
import { toldFindings, type Wanted } from './summary.ts'

const levels = { error: 'error', warning: 'warning', info: 'note' } as const satisfies Record<Severity, string>

/** SARIF 2.1.0, as code scanning of GitHub and others takes it. Paths are relative to where the command was run. */
export function sarifReport(linted: Linted, wanted: Wanted, { version, cwd }: { version: string; cwd: string }) {
  const told = toldFindings(linted, wanted)
  return {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: { driver: { name: 'torii', semanticVersion: version, rules: rules.map(ruleDescriptor) } },
        columnKind: 'utf16CodeUnits',
        originalUriBaseIds: { SRCROOT: { uri: `${pathToFileURL(cwd).href.replace(/\/$/, '')}/` } },
        results: [...told.map((found) => resultOf(found, false)), ...linted.silenced.map((found) => resultOf(found, true))],
      },
    ],
  }
}

function ruleDescriptor(rule: (typeof rules)[number]) {
  return {
    id: rule.id,
    name: rule.name,
    shortDescription: { text: rule.title },
    fullDescription: { text: rule.why },
    help: { text: `${rule.why} ${rule.fix}`, markdown: pageOf(rule) },
    defaultConfiguration: { level: levels[rule.severity] },
  }
}

function resultOf(found: Found, isSilenced: boolean) {
  const { rule, severity, message, fix, line, column, endLine, endColumn } = found
  return {
    ruleId: rule,
    ruleIndex: rules.findIndex(({ id }) => id === rule),
    level: levels[severity],
    message: { text: `${found.service === null ? '' : `${found.service}: `}${message}. ${fix}` },
    locations: [
      {
        physicalLocation: {
          artifactLocation: artifactOf(found),
          region: { startLine: line, startColumn: column, endLine, endColumn: endLine === line ? Math.max(endColumn, column) : endColumn },
        },
      },
    ],
    ...(isSilenced ? { suppressions: [{ kind: 'inSource' }] } : {}),
  }
}

function artifactOf({ file }: Found) {
  if (file.startsWith('/')) return { uri: pathToFileURL(file).href }
  return { uri: file.split('/').map(encodeURIComponent).join('/'), uriBaseId: 'SRCROOT' }
}
