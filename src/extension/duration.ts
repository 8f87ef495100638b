const units: Record<string, number> = { h: 3_600_000, m: 60_000, s: 1000, ms: 1, us: 0.001, µs: 0.001, ns: 0.000_001 }

/** Compose's durations ("90s", "1m30s", "1.5s", "-5s") in ms; null: not a duration. */
export function parseDuration(text: unknown): number | null {
  if (typeof text !== 'string' || !/^-?(\d+(\.\d+)?(h|ms|m|s|us|µs|ns)){1,6}$/.test(text)) return text === '0' ? 0 : null
  const parts = text.matchAll(/(\d+(?:\.\d+)?)(h|ms|m|s|us|µs|ns)/g)
  const sum = [...parts].reduce((total, [, number, unit]) => total + Number(number) * (units[unit ?? ''] ?? 0), 0)
  return text.startsWith('-') ? -sum : sum
}

/** ms as Compose writes them: whole seconds as "30s", the rest as "150ms". */
export function formatDuration(ms: number): string {
  return ms % 1000 === 0 ? `${ms / 1000}s` : `${Math.round(ms)}ms`
}
