import { counted } from '../deploy/words.ts'

/** Durations as people read them: 0.4 s, 12.0 s, 1 min 05 s. */
export function duration(ms: number): string {
  const tenths = Math.round(Math.max(0, ms) / 100)
  if (tenths < 600) return `${(tenths / 10).toFixed(1)} s`
  const seconds = Math.round(tenths / 10)
  return `${Math.floor(seconds / 60)} min ${String(seconds % 60).padStart(2, '0')} s`
}

export function bytes(count: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB']
  const power = Math.min(units.length - 1, Math.floor(Math.log10(Math.max(1, count)) / 3))
  return `${power === 0 ? count : (count / 1000 ** power).toFixed(1)} ${units[power]}`
}

/** How long ago, roughly; with Math.round how long still. */
export function age(ms: number, whole: (amount: number) => number = Math.floor): string {
  const seconds = Math.max(0, whole(ms / 1000))
  if (seconds < 60) return `${seconds} s`
  if (seconds < 3600) return `${whole(seconds / 60)} min`
  return seconds < 86_400 ? `${whole(seconds / 3600)} h` : counted(whole(seconds / 86_400), 'day')
}
