import { cleanText } from '../text/clean.ts'
import { longestName, longestPath, quoted, refused } from './refused.ts'

const rename = 'Rename it, and send the folder again.'
const fromInside = 'Pack the folder from inside: `tar -C FOLDER -cf - .`.'

/**
 * The parts of an entry's name, `./` in front and a slash at the end left out; none: it is the root itself. Refuses every name that is no
 * plain path below the root on Linux, or would be another one elsewhere. `depth`: how many parts it may have.
 */
export function partsOf(name: string, depth: number): string[] {
  if (name === '') throw refused('has an entry without a name', rename)
  if (/\p{Cc}/u.test(name)) throw refused(`has a control character in the name ${quoted(name)}`, rename)
  if (cleanText(name) !== name) throw refused(`has a name with characters that nobody sees, or that turn it around: ${quoted(name)}`, rename)
  if (name.includes('\\')) throw refused(`has a backslash in the name ${quoted(name)}`, rename)
  if (name.startsWith('/')) throw refused(`names an absolute path: ${quoted(name)}`, fromInside)
  if (/^[A-Za-z]:/.test(name)) throw refused(`names a drive: ${quoted(name)}`, fromInside)
  const parts = name
    .replace(/\/+$/, '')
    .split('/')
    .filter((part, at) => part !== '.' || at > 0)
  if (parts.includes('..')) throw refused(`climbs out of its folder: ${quoted(name)}`, fromInside)
  if (parts.some((part) => part === '' || part === '.')) throw refused(`has a name that is not written plainly: ${quoted(name)}`, rename)
  const bytes = (text: string) => Buffer.byteLength(text)
  if (parts.some((part) => bytes(part) > longestName)) throw refused(`has a name of more than ${longestName} bytes: ${quoted(name)}`, rename)
  if (bytes(parts.join('/')) > longestPath) throw refused(`has a path of more than ${longestPath} bytes: ${quoted(name)}`, rename)
  if (parts.length > depth) throw refused(`is nested more than ${depth} folders deep: ${quoted(name)}`, 'Send a flatter folder.')
  return parts
}

/** What two names share that some file system takes for one: those without case, and those that normalise (HFS+, APFS). */
export function folded(name: string): string {
  return name.normalize('NFC').toUpperCase().toLowerCase().normalize('NFC')
}
