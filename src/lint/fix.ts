import { chmod, realpath, rename, rm, stat, writeFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { DeployError } from '../deploy/failure.ts'
import { parseComposeFile } from '../extension/parse-compose.ts'
import type { Edit } from './rule.ts'
import { positionOf, type Source } from './see/source.ts'

/** What a fix has changed, in whole lines. */
export interface Change {
  rule: string
  file: string
  line: number
  before: string[]
  after: string[]
}

interface Fix {
  rule: string
  edits: Edit[]
}

/** Makes fixes in their files, each file at once or not at all. Of two that touch the same place the first is made; the next round sees the other. */
export async function applyEdits(fixes: Fix[]): Promise<Change[]> {
  const made: Change[] = []
  for (const [source, own] of bySource(fixes)) {
    const chosen = withoutOverlaps(own)
    const text = edited(source.text, chosen)
    if (text === source.text || !stillParses(source, text)) continue
    await replaceFile(await realpath(source.path), text)
    made.push(...chosen.map((fix) => changeOf(source, fix)))
  }
  return made
}

/** The text with these edits; none of them may overlap. */
export function edited(text: string, fixes: Pick<Fix, 'edits'>[]): string {
  const edits = fixes.flatMap((fix) => fix.edits).toSorted((a, b) => b.start - a.start || b.end - a.end)
  return edits.reduce((result, { start, end, text: put }) => result.slice(0, start) + put + result.slice(end), text)
}

/** A fix as a whole or not: its edits belong together. */
export function withoutOverlaps(fixes: Fix[]): Fix[] {
  const taken: Edit[] = []
  return fixes.filter(({ edits }) => {
    const isFree = edits.every((edit) => taken.every((other) => edit.end < other.start || edit.start > other.end))
    if (isFree) taken.push(...edits)
    return isFree
  })
}

/** A fix is told of one file: all of its edits stand there. */
function bySource(fixes: Fix[]): Map<Source, Fix[]> {
  const found = new Map<Source, Fix[]>()
  for (const fix of fixes) {
    const [first] = fix.edits
    if (first !== undefined) found.set(first.source, [...(found.get(first.source) ?? []), fix])
  }
  return found
}

function stillParses({ label }: Source, text: string): boolean {
  if (!/\.ya?ml$/.test(label)) return true
  try {
    parseComposeFile(text, label)
    return true
  } catch (error) {
    if (error instanceof DeployError) return false
    throw error
  }
}

/** A reader sees the old file or the new one; it keeps its mode. `path` is real, so a link stays a link. */
async function replaceFile(path: string, text: string): Promise<void> {
  const draft = join(dirname(path), `.${basename(path)}.torii-${process.pid}`)
  try {
    const { mode } = await stat(path)
    await writeFile(draft, text, { flag: 'wx' })
    await chmod(draft, mode & 0o7777)
    await rename(draft, path)
  } finally {
    await rm(draft, { force: true })
  }
}

function changeOf(source: Source, { rule, edits }: Fix): Change {
  const starts = edits.map(({ start }) => start)
  const from = source.text.lastIndexOf('\n', Math.min(...starts) - 1) + 1
  const last = Math.max(...edits.map(({ end, start }) => (end > start && source.text[end - 1] === '\n' ? end - 1 : end)))
  const found = source.text.indexOf('\n', last)
  const to = found < 0 ? source.text.length : found
  const moved = edits.map((edit) => ({ ...edit, start: edit.start - from, end: Math.min(edit.end, to) - from }))
  const before = source.text.slice(from, to)
  const after = edited(before, [{ edits: moved }])
  return { rule, file: source.label, line: positionOf(source, from).line, before: linesOf(before), after: after === '' ? [] : linesOf(after) }
}

function linesOf(text: string): string[] {
  return text.split(/\r?\n/)
}
