import { realpath } from 'node:fs/promises'
import { dirname, isAbsolute, relative, resolve } from 'node:path'
import { DeployError } from '../deploy/failure.ts'
import { isInside } from '../files/inside.ts'
import { cleanText } from '../text/clean.ts'
import { checkDroppedLimits } from './dropped-limits.ts'
import { checkFewParts } from './few-parts.ts'
import { type ParsedFile, parseComposeFile } from './parse-compose.ts'
import { checkPortRanges } from './port-ranges.ts'
import { readLimited, unreadable } from './read-limited.ts'
import { type Reference, referencesOf } from './references.ts'
import type { SchemaCheck } from './schema-check.ts'

const mostFiles = 100

/** Follows every file that Compose would open, and refuses one outside the folder before Compose opens it. */
export async function checkReferences(folder: string, main: ParsedFile, base: string, check: SchemaCheck): Promise<void> {
  const seen = new Set<string>()
  const waiting: { reference: Reference; from: ParsedFile }[] = referencesOf(main, base).map((reference) => ({ reference, from: main }))
  for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
    const { reference, from } = next
    const real = await insideFolder(folder, reference, from)
    if (real === null || reference.as === 'folder' || seen.has(real + reference.inner)) continue
    seen.add(real + reference.inner)
    if (seen.size > mostFiles) throw new DeployError('compose_invalid', `${main.label} leads to more than ${mostFiles} files`)
    const text = await readLimited(real, relative(folder, real), folder)
    if (reference.as === 'text') continue
    const file = parseComposeFile(text, relative(folder, real))
    checkFewParts(file)
    checkPortRanges(file)
    checkDroppedLimits(file)
    await check(file)
    const inner = reference.inner === undefined ? dirname(real) : resolve(reference.base, reference.inner)
    waiting.push(...referencesOf(file, inner).map((each) => ({ reference: each, from: file })))
  }
}

/** The real path; null when nothing is there, which Compose then says better. */
async function insideFolder(folder: string, reference: Reference, from: ParsedFile): Promise<string | null> {
  const trouble = shapeTrouble(reference.path)
  if (trouble !== null) throw denied(reference, from, trouble)
  const path = resolve(reference.base, reference.path)
  if (!isInside(folder, path)) throw denied(reference, from, 'it leads outside the folder')
  const real = await realpath(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null
    throw unreadable(relative(folder, path), error)
  })
  if (real !== null && !isInside(folder, real)) throw denied(reference, from, 'it leads outside the folder by a symbolic link')
  return real
}

/** Git and OCI addresses as Compose 2.26 and 5.6 take them, absolute paths, and what only interpolation would tell. */
export function shapeTrouble(path: string): string | null {
  if (/^[a-z][a-z0-9+.-]*:/i.test(path) || /^[^/]*@[^/]*:/.test(path) || /^github\.com\//.test(path) || /\.git([#/]|$)/.test(path))
    return 'it is a remote address'
  if (path.includes('$')) return 'a variable may not choose which file is opened'
  if (path.includes('\0')) return 'it contains a NUL'
  return isAbsolute(path) || path.startsWith('~') ? 'it is absolute' : null
}

function denied(reference: Reference, from: ParsedFile, why: string): DeployError {
  const places = reference.at.split('.')
  return new DeployError('policy_denied', cleanText(`${from.where(places)}: ${reference.at} "${reference.path}": ${why}`, { max: 400 }), {
    fix: 'Put the file into the extension’s folder and name it by a relative path.',
  })
}
