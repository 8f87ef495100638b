/** A scalar as text; '' for a list or a mapping, which have none (null-prototype objects cannot even be asked for it). */
export function textOf(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? String(value) : ''
}
