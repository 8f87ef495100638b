import { quoted, refused } from './refused.ts'

/** One 512-byte header (POSIX.1-1988 ustar, or GNU's own form of it). */
export interface TarHeader {
  name: string
  /** One character. '\0' is an old way to write '0'. */
  type: string
  /** Bytes that follow. */
  size: number
  isExecutable: boolean
  /** Seconds since the epoch; null: none that can be used. */
  mtime: number | null
}

/** What a type that is no file and no folder is called. */
const others: Record<string, string> = {
  '1': 'a hard link',
  '2': 'a symbolic link',
  '3': 'a device',
  '4': 'a device',
  '6': 'a FIFO',
  K: 'a link',
  S: 'a sparse file',
}

const wrong = 'Pack it anew with `tar -cf`, uncompressed.'

/** Rejects what is no header, and one whose sum is wrong. */
export function parseHeader(block: Buffer): TarHeader {
  const magic = block.toString('latin1', 257, 265)
  const isGnu = magic === 'ustar  \0'
  if (!isGnu && magic !== 'ustar\x0000') throw refused('is no tar archive, or damaged', wrong)
  if (number(block, 148, 8, 'checksum') !== sumOf(block)) throw refused('is damaged: the sum of a header is wrong', wrong)
  const name = text(block, 0, 100)
  const prefix = isGnu ? '' : text(block, 345, 155)
  return {
    name: prefix === '' ? name : `${prefix}/${name}`,
    type: block.toString('latin1', 156, 157),
    size: number(block, 124, 12, 'size'),
    isExecutable: (number(block, 100, 8, 'mode') & 0o111) !== 0,
    mtime: timeOf(block),
  }
}

/** Refuses what is neither a file nor a folder, in its own words. */
export function refuseType({ type }: TarHeader, name: string): never {
  const what = Object.hasOwn(others, type) ? others[type] : `of a kind that nobody knows (${quoted(type)})`
  throw refused(`has ${quoted(name)}, which is ${what}`, 'Send files and folders alone; put a copy where a link is.')
}

export function isZero(block: Buffer): boolean {
  return block.every((byte) => byte === 0)
}

/** The compressed forms that people send instead. */
const magics: [string, number[]][] = [
  ['gzip', [0x1f, 0x8b]],
  ['zstd', [0x28, 0xb5, 0x2f, 0xfd]],
  ['xz', [0xfd, 0x37, 0x7a, 0x58, 0x5a]],
  ['bzip2', [0x42, 0x5a, 0x68]],
  ['zip', [0x50, 0x4b, 0x03, 0x04]],
]

export function refuseCompressed(start: Buffer): void {
  const found = magics.find(([, magic]) => magic.every((byte, at) => start[at] === byte))
  if (found) throw refused(`is compressed (${found[0]})`, 'Send it uncompressed: `tar -cf`, without -z. Nothing is unpacked that was packed twice.')
}

/** Octal digits, or GNU's base-256 where the first bit is set. */
function number(block: Buffer, at: number, length: number, what: string): number {
  const field = block.subarray(at, at + length)
  if (((field[0] ?? 0) & 0x80) !== 0) return base256(field, what)
  const digits = /^ *([0-7]+)[ \0]*$/.exec(field.toString('latin1'))?.[1]
  if (digits === undefined) throw refused(`is damaged: the ${what} of a header is no number`, wrong)
  return Number.parseInt(digits, 8)
}

function base256(field: Buffer, what: string): number {
  let value = BigInt((field[0] ?? 0) & 0x7f)
  for (const byte of field.subarray(1)) value = value * 256n + BigInt(byte)
  if (value > BigInt(Number.MAX_SAFE_INTEGER)) throw refused(`has a header whose ${what} is out of range`, wrong)
  return Number(value)
}

/** A time decides nothing: one that cannot be read is none. */
function timeOf(block: Buffer): number | null {
  const digits = /^ *([0-7]+)[ \0]*$/.exec(block.toString('latin1', 136, 148))?.[1]
  const seconds = digits === undefined ? Number.NaN : Number.parseInt(digits, 8)
  return seconds < 2 ** 33 ? seconds : null
}

/** Up to the first NUL; nothing but NULs may follow. */
function text(block: Buffer, at: number, length: number): string {
  const field = block.subarray(at, at + length)
  const end = field.indexOf(0)
  if (end === -1) return utf8(field)
  if (!isZero(field.subarray(end))) throw refused('has a name with a NUL in it', wrong)
  return utf8(field.subarray(0, end))
}

export function utf8(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    throw refused('has a name that is not UTF-8', 'Rename it, and send the folder again.')
  }
}

/** With the sum's own field as blanks. */
export function sumOf(block: Buffer): number {
  return block.reduce((sum, byte, at) => sum + (at >= 148 && at < 156 ? 32 : byte), 0)
}
