import type { Kind } from '../deploy/record.ts'
import { cleanText } from '../text/clean.ts'

const prefixes: [string, Kind][] = [
  ['service-', 'service'],
  ['tool-', 'tool'],
  ['mcp-', 'tool'],
]

/** The kind comes from the name alone (guide, "Service and Tool Deployments"). */
export function kindOf(name: string): Kind {
  return prefixes.find(([prefix]) => name.startsWith(prefix))?.[1] ?? 'app'
}

/** Metadata that disagrees with the name is a notice, never a change (reading 25). */
export function kindNotices(name: string, metadata: Record<string, unknown>): string[] {
  const claimed = ['kind', 'type', 'template_type'].map((key) => metadata[key]).find((value) => typeof value === 'string')
  if (claimed === undefined || claimed === kindOf(name)) return []
  return [`kamiwaza.json says "${cleanText(String(claimed), { max: 40 })}", but by its name "${name}" is deployed as ${kindOf(name)}.`]
}
