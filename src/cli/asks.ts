import type { Asks, Found } from '../deploy/consent.ts'
import { oneLine } from '../text/one-line.ts'

/** What a problem asks for, as far as it can be relied upon; null: nothing. */
export function asksOf(value: unknown): Asks | null {
  const { model, asked } = Object(value) as { model?: unknown; asked?: unknown }
  if (typeof model !== 'string' || !/^[0-9a-f]{64}$/.test(model) || !Array.isArray(asked) || asked.length === 0) return null
  const found = asked.map(foundOf)
  return found.every((each) => each !== null) ? { model, asked: found } : null
}

function foundOf(value: unknown): Found | null {
  const { rule, service = null, found, reason, safer } = Object(value) as Record<string, unknown>
  const texts = [rule, found, reason, safer]
  if (!texts.every((text) => typeof text === 'string') || !(service === null || typeof service === 'string')) return null
  const [name = '', what = '', why = '', instead = ''] = texts.map((text) => oneLine(text as string, 300))
  return { rule: name, service: service === null ? null : oneLine(service, 80), found: what, reason: why, safer: instead }
}
