import { DeployError } from '../deploy/failure.ts'
import { cleanText } from '../text/clean.ts'
import { isDict } from './model-text.ts'
import type { ParsedFile } from './parse-compose.ts'

const widest = 32

/** Refuses wide port ranges before Compose writes each port out: 1-65535 becomes nine megabytes (facts/compose-attacks.json). */
export function checkPortRanges(file: ParsedFile): void {
  const services = isDict(file.root['services']) ? Object.entries(file.root['services']) : []
  for (const [name, service] of services) {
    if (!isDict(service)) continue
    for (const key of ['ports', 'expose']) {
      const wide = entries(service[key]).find((text) => width(text) > widest)
      if (wide !== undefined) throw denied(file.where(['services', name, key]), name, key, wide)
    }
  }
}

function entries(value: unknown): string[] {
  if (!Array.isArray(value)) return []
  return value.map((entry) => (isDict(entry) ? `${String(entry['published'])}:${String(entry['target'])}` : String(entry)))
}

/** Ports in the widest range of "8000-8100:8000-8100/udp". */
function width(text: string): number {
  const ranges = [...text.matchAll(/(\d{1,5})-(\d{1,5})/g)]
  return Math.max(0, ...ranges.map(([, first, last]) => Number(last) - Number(first) + 1))
}

function denied(place: string, service: string, key: string, found: string): DeployError {
  return new DeployError('policy_denied', cleanText(`${place}: ${key}: ${found}: a range may have at most ${widest} ports`, { max: 300 }), {
    service,
    fix: 'Declare only the ports that are used.',
  })
}
