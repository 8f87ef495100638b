/** A variable with a value that cannot be used; the message names it (reading 26). */
export class ConfigError extends Error {
  /** What to do, where that is not to correct the variable. */
  readonly fix: string | null

  constructor(message: string, fix: string | null = null) {
    super(message)
    this.fix = fix
    this.name = 'ConfigError'
  }
}

/** A count from 1 to 9999. */
export function positiveCount(env: NodeJS.ProcessEnv, name: string, fallback: number): number {
  const text = env[name]
  if (text === undefined || text === '') return fallback
  if (!/^\d{1,4}$/.test(text) || Number(text) < 1) throw new ConfigError(`${name} must be a number from 1 to 9999, but is "${printable(text)}".`)
  return Number(text)
}

/** A whole number of MiB, as bytes. */
export function mebibytes(env: NodeJS.ProcessEnv, name: string, fallback: number): number {
  const text = env[name] || String(fallback)
  if (!/^\d{1,6}$/.test(text) || Number(text) < 1) throw new ConfigError(`${name} must be a number of MiB from 1 to 999999, but is "${printable(text)}".`)
  return Number(text) * 1024 ** 2
}

/** A value as a sentence may quote it. */
export function printable(text: string): string {
  return text.slice(0, 60).replace(/[^\x20-\x7e]/g, '?')
}
