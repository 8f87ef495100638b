import { readFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'
import type { Log } from './log.ts'

/** Where `docker` keeps its configuration, for this user. */
export const dockerFolder = () => join(homedir(), '.docker')

/** Docker's own `config.json`; empty where there is none. What is no JSON object is warned of without its text: that may be a password. */
export async function dockerConfig(folder: string, log: Log): Promise<Record<string, unknown>> {
  const file = join(folder, 'config.json')
  const text = await readFile(file, 'utf8').catch(() => null)
  const config = text === null ? {} : parsed(text)
  if (typeof config === 'object' && config !== null && !Array.isArray(config)) return config as Record<string, unknown>
  log.warn({ file }, 'the file of registry logins is no JSON object')
  return {}
}

/** null: no JSON. */
export function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

/** The text that stands there; null: none, or something else. */
export function textIn(value: unknown, ...path: string[]): string | null {
  const found = path.reduce((at: unknown, name) => (Object.hasOwn(Object(at) as object, name) ? (at as Record<string, unknown>)[name] : null), value)
  return typeof found === 'string' && found !== '' ? found : null
}
