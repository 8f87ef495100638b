import { isDict } from '../extension/model-text.ts'
import type { Found } from './finding.ts'
import { serviceCalled } from './rules/each.ts'
import type { Extension } from './see/extension.ts'
import { lineOf, positionOf, type Source } from './see/source.ts'
import { settingGroups } from './see/surroundings.ts'
import { textOf } from './see/text-of.ts'

/** "# torii: ignore T101, T205 (why)": for its own line, or the line below when nothing else stands on it. */
const comment = /#\s*torii:\s*ignore\s+(T\d+(?:\s*,?\s*T\d+)*)(?:\s*\(([^)]*)\))?/

/** Files that cannot be read, and what Compose or Torii does not know. */
const refused = /^T0(0\d|1[0-6])$/

export interface Asked {
  rules: string[]
  reason: string
}

/** Whether whoever wrote the file asked not to hear of it. */
export function isSilenced({ rule, service, hit, severity }: Found, extension: Extension): boolean {
  // A deployment refuses it whatever is asked for.
  if (severity === 'error' && refused.test(rule)) return false
  const { source, start } = hit.at
  const { line } = positionOf(source, start)
  return (
    [...lines(source, line)].some((text) => askedOn(text)?.rules.includes(rule)) ||
    settingGroups(extension).some(({ group }) => ignoredBy(group).includes(rule)) ||
    (service !== null && ignoredBy(serviceCalled(service, extension)?.raw['x-torii']).includes(rule))
  )
}

export function askedOn(text: string): Asked | null {
  const [, rules, reason = ''] = text.length > 2000 ? [] : (comment.exec(text) ?? [])
  return rules === undefined ? null : { rules: rules.split(/[\s,]+/), reason }
}

/** The line itself, and the comments right above it. */
function* lines(source: Source, line: number): Generator<string> {
  yield lineOf(source, line)
  for (let above = line - 1; above > 0 && /^\s*#/.test(lineOf(source, above)); above -= 1) yield lineOf(source, above)
}

function ignoredBy(group: unknown): string[] {
  const lint = isDict(group) ? group['lint'] : null
  const ignore = isDict(lint) ? lint['ignore'] : null
  return Array.isArray(ignore) ? ignore.map(textOf) : []
}
