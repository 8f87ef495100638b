import { cleanText } from '../text/clean.ts'
import { oneLine } from '../text/one-line.ts'
import type { Edit, Hit, Rule, Severity } from './rule.ts'
import { positionOf } from './see/source.ts'

/** What a rule has found, for people and programs: nothing in it steers a terminal. */
export interface Finding {
  rule: string
  name: string
  severity: Severity
  file: string
  line: number
  column: number
  endLine: number
  endColumn: number
  /** null: it is not about one service. */
  service: string | null
  /** Other services that it is about as well: they share the lines. */
  alsoIn: string[]
  message: string
  why: string
  fix: string
  /** Page of the rule. */
  docs: string
  /** Whether `--fix` can do it. */
  fixable: boolean
}

/** A finding with what only Torii itself needs. */
export interface Found extends Finding {
  hit: Hit
  edits: Edit[]
}

export function foundBy(rule: Rule, hit: Hit): Found {
  const { source, start, end } = hit.at
  const from = positionOf(source, start)
  const to = positionOf(source, Math.max(start, end))
  return {
    rule: rule.id,
    name: rule.name,
    severity: hit.severity ?? rule.severity,
    file: oneLine(source.label, 400),
    line: from.line,
    column: from.column,
    endLine: to.line,
    endColumn: to.column,
    service: hit.service === undefined ? null : oneLine(hit.service, 80),
    alsoIn: [],
    message: oneLine(hit.message.replace(/\.$/, ''), 500),
    why: cleanText(rule.why),
    fix: oneLine(hit.fix ?? rule.fix, 500),
    docs: `docs/lint/${rule.id}.md`,
    fixable: (hit.edits ?? []).length > 0,
    hit,
    edits: hit.edits ?? [],
  }
}

/** Services that share lines, by an anchor or an image's Dockerfile, are told once. By file, then by place. */
export function mergedFindings(all: Found[]): Found[] {
  const kept = new Map<string, Found>()
  for (const found of all) {
    const key = [found.rule, found.file, found.line, found.column, found.message].join('\n')
    const before = kept.get(key)
    if (before === undefined) kept.set(key, { ...found })
    else if (found.service !== null && found.service !== before.service && !before.alsoIn.includes(found.service)) before.alsoIn.push(found.service)
  }
  return [...kept.values()].toSorted((a, b) => compare(a.file, b.file) || a.line - b.line || a.column - b.column || compare(a.rule, b.rule))
}

/** Without what only Torii itself needs. */
export function published({ hit: _, edits: __, ...finding }: Found): Finding {
  return finding
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
