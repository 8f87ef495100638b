import { constants } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'
import { quoted, refused } from './refused.ts'
import { sumOf } from './tar-header.ts'

/** A file or folder that is to be sent. */
export interface Entry {
  /** In the archive, without a slash at the end. */
  name: string
  /** On this machine. */
  path: string
  is: 'file' | 'folder'
  /** Bytes. */
  size: number
  isExecutable: boolean
  /** Seconds since the epoch. */
  mtime: number
}

const block = 512
/** As long as a name fits into the old header. */
const shortName = 100
const end = Buffer.alloc(2 * block)

/** Bytes of the whole archive. */
export function archiveSize(entries: Entry[]): number {
  return entries.reduce((sum, entry) => sum + headersOf(entry).length + padded(entry.size), end.length)
}

/** An uncompressed ustar archive, with pax headers for long names. Rejects with upload_refused where a file changes meanwhile. */
export async function* writeArchive(entries: Entry[]): AsyncGenerator<Buffer> {
  for (const entry of entries) {
    yield headersOf(entry)
    if (entry.is === 'file') yield* contentOf(entry)
  }
  yield end
}

function headersOf(entry: Entry): Buffer {
  const name = entry.is === 'folder' ? `${entry.name}/` : entry.name
  const plain = (shown: string) => header({ ...entry, name: shown, type: entry.is === 'folder' ? '5' : '0' })
  if (Buffer.byteLength(name) <= shortName) return plain(name)
  const record = Buffer.from(recordOf('path', name))
  const pax = header({ ...entry, name: 'pax', type: 'x', size: record.length })
  return Buffer.concat([pax, record, Buffer.alloc(padded(record.length) - record.length), plain('long')])
}

function header({ name, type, size, isExecutable, mtime }: Pick<Entry, 'name' | 'size' | 'isExecutable' | 'mtime'> & { type: string }): Buffer {
  const bytes = Buffer.alloc(block)
  const octal = (value: number, at: number, length: number) => bytes.write(`${value.toString(8).padStart(length - 1, '0')}\0`, at, 'latin1')
  bytes.write(name, 0)
  octal(isExecutable || type === '5' ? 0o755 : 0o644, 100, 8)
  octal(0, 108, 8)
  octal(0, 116, 8)
  octal(size, 124, 12)
  octal(Math.max(0, Math.floor(mtime)), 136, 12)
  bytes.write(type, 156)
  bytes.write('ustar\x0000', 257, 'latin1')
  octal(sumOf(bytes), 148, 7)
  bytes.write(' ', 155)
  return bytes
}

/** Its own length counts itself (POSIX.1-2001 pax). */
function recordOf(key: string, value: string): string {
  const rest = ` ${key}=${value}\n`
  const bytes = Buffer.byteLength(rest)
  const length = [1, 2, 3, 4, 5].map((digits) => bytes + digits).find((sum) => String(sum).length + bytes === sum)
  return `${length}${rest}`
}

async function* contentOf(entry: Entry): AsyncGenerator<Buffer> {
  const file = await opened(entry)
  try {
    let left = entry.size
    while (left > 0) {
      const { bytesRead, buffer } = await file.read(Buffer.alloc(Math.min(left, 256 * 1024)), 0, null)
      if (bytesRead === 0) throw changed(entry)
      left -= bytesRead
      yield buffer.subarray(0, bytesRead)
    }
  } finally {
    await file.close()
  }
  yield Buffer.alloc(padded(entry.size) - entry.size)
}

async function opened(entry: Entry): Promise<FileHandle> {
  return open(entry.path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'EACCES')
      throw refused(`has ${quoted(entry.name)}, which may not be read`, 'Make it readable, or leave it out by a line in .toriiignore.')
    throw changed(entry)
  })
}

function changed({ name }: Entry): Error {
  return refused(`has ${quoted(name)}, which changed while it was sent`, 'Send it again when nobody writes there.')
}

function padded(size: number): number {
  return Math.ceil(size / block) * block
}
