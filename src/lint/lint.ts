import { type Found, foundBy, mergedFindings } from './finding.ts'
import { applyEdits, type Change } from './fix.ts'
import type { Edit, Severity } from './rule.ts'
import { rules } from './rules.ts'
import type { Extension } from './see/extension.ts'
import { type LoadTools, loadExtension } from './see/load.ts'
import { isSilenced } from './silence.ts'

/** What was found in some extensions. */
export interface Linted {
  extensions: number
  files: number
  findings: Found[]
  silenced: Found[]
  changes: Change[]
}

/** Fixes may make room for others; more rounds than this and two of them are at odds. */
const mostRounds = 10

/** So many files are waited for at once. Fixes are made one after the other: two extensions may share a file. */
const together = 8

export async function lintAll(paths: string[], tools: LoadTools, fix: Severity[] | null = null, signal?: AbortSignal): Promise<Linted> {
  const all: Linted = { extensions: 0, files: 0, findings: [], silenced: [], changes: [] }
  const width = fix === null ? together : 1
  for (let at = 0; at < paths.length; at += width) {
    signal?.throwIfAborted()
    for (const one of await Promise.all(paths.slice(at, at + width).map((path) => lintOne(path, tools, fix)))) {
      all.extensions += 1
      all.files += one.files
      all.findings.push(...one.findings)
      all.silenced.push(...one.silenced)
      all.changes.push(...one.changes)
    }
  }
  return all
}

/** One Compose file, or the folder it is in. `fix`: severities whose fixes are made; null: nothing is changed. */
async function lintOne(path: string, tools: LoadTools, fix: Severity[] | null): Promise<Omit<Linted, 'extensions'>> {
  const changes: Change[] = []
  for (let round = 0; fix !== null && round < mostRounds; round += 1) {
    const { findings } = judge(await loadExtension(path, tools))
    const made = await applyEdits(findings.filter(({ severity }) => fix.includes(severity)).flatMap(editsOf))
    if (made.length === 0) break
    changes.push(...made)
  }
  const extension = await loadExtension(path, tools)
  return { ...judge(extension), files: extension.sources.length, changes }
}

/** Every rule over one extension. */
export function judge(extension: Extension): { findings: Found[]; silenced: Found[] } {
  const all = mergedFindings(rules.flatMap((rule) => rule.find(extension).map((hit) => foundBy(rule, hit))))
  const { findings = [], silenced = [] } = Object.groupBy(all, (found) => (isSilenced(found, extension) ? 'silenced' : 'findings'))
  return { findings, silenced }
}

function editsOf({ rule, edits }: Found): { rule: string; edits: Edit[] }[] {
  return edits.length === 0 ? [] : [{ rule, edits }]
}
