import { lstatSync, realpathSync, type Stats } from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import type { Look } from './rule.ts'

/** Follows a path for the rules: read-only, at once, and never opens anything. */
export function look(path: string): Look {
  const real = realOf(resolve('/', path))
  return { real, is: whatIs(real) }
}

// A dangling link leads where it says: whoever makes that place later decides what is mounted, so it counts as outside.
function realOf(path: string): string {
  if (path === '/') return path
  try {
    return realpathSync(path)
  } catch {
    return isThere(path) ? '/' : join(realOf(dirname(path)), basename(path))
  }
}

/** What may not be looked at is there. */
function isThere(path: string): boolean {
  try {
    return lstatSync(path, { throwIfNoEntry: false }) !== undefined
  } catch {
    return true
  }
}

function whatIs(real: string): Look['is'] {
  if (!isThere(real)) return 'missing'
  const stat = statOf(real)
  if (stat === undefined) return 'other'
  if (stat.isSocket()) return 'socket'
  if (stat.isDirectory()) return 'folder'
  return stat.isFile() ? 'file' : 'other'
}

function statOf(path: string): Stats | undefined {
  try {
    return lstatSync(path)
  } catch {
    return undefined
  }
}
