import { quoted, refused } from './refused.ts'
import { utf8 } from './tar-header.ts'

/** What an extended header (POSIX.1-2001 pax) says of the next entry that we use. */
export interface Extended {
  path?: string
  size?: number
}

/** A pax header or a GNU long name that is longer says nothing that anybody needs. */
export const longestExtended = 64 * 1024

const wrong = 'Pack it anew with `tar -cf`, without options of its own.'

/** "LENGTH KEY=VALUE\n", again and again. Refuses sparse files, links, other encodings, and what is said twice. `isGlobal`: of all entries. */
export function parseExtended(bytes: Buffer, isGlobal: boolean): Extended {
  const found: Extended = {}
  for (let at = 0; at < bytes.length; ) {
    const { key, value, length } = recordAt(bytes.subarray(at))
    at += length
    if (/^GNU\.sparse\./.test(key)) throw refused('has a sparse file', 'Send files as they are: `tar` without -S.')
    if (key === 'linkpath') throw refused('has a link', 'Send files and folders alone; put a copy where a link is.')
    if (/^(hdr)?charset$/.test(key) && !/UTF-8$/.test(utf8(value))) throw refused('has names that are not UTF-8', wrong)
    if (key !== 'path' && key !== 'size') continue
    if (isGlobal) throw refused(`says the ${key} of every entry at once`, wrong)
    if (found[key] !== undefined) throw refused(`says the ${key} of an entry twice`, wrong)
    if (key === 'path') found.path = pathOf(value)
    else found.size = sizeOf(value)
  }
  return found
}

/** GNU's: a name that ends with a NUL. */
export function parseLongName(bytes: Buffer): string {
  const end = bytes.indexOf(0)
  return pathOf(end === -1 ? bytes : bytes.subarray(0, end))
}

function recordAt(bytes: Buffer): { key: string; value: Buffer; length: number } {
  const [, digits = '', key = ''] = /^(\d{1,6}) ([^=\0\n]{1,255})=/.exec(bytes.toString('latin1', 0, 300)) ?? []
  const [length, from] = [Number(digits), digits.length + 1 + key.length + 1]
  if (key === '' || length <= from || length > bytes.length || bytes[length - 1] !== 0x0a) throw refused('is damaged: an extended header cannot be read', wrong)
  return { key, value: bytes.subarray(from, length - 1), length }
}

function pathOf(bytes: Buffer): string {
  const path = utf8(bytes)
  if (path === '') throw refused('has an entry without a name', wrong)
  return path
}

function sizeOf(bytes: Buffer): number {
  const text = bytes.toString('latin1')
  const size = /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN
  if (!Number.isSafeInteger(size)) throw refused(`has a file whose size is out of range: ${quoted(text)}`, wrong)
  return size
}
