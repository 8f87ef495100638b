import { chmod, mkdir, open, utimes } from 'node:fs/promises'
import { join } from 'node:path'
import { type ByteReader, createByteReader, cutShort } from './byte-reader.ts'
import { partsOf } from './entry-name.ts'
import { createEntryTree, type EntryTree } from './entry-tree.ts'
import { quoted, refused, type UploadLimits } from './refused.ts'
import { type Extended, longestExtended, parseExtended, parseLongName } from './tar-extended.ts'
import { isZero, parseHeader, refuseCompressed, refuseType, type TarHeader } from './tar-header.ts'

export interface Unpacked {
  /** Of the archive as it came. */
  sha256: string
  bytes: number
  /** Files and folders. */
  entries: number
}

interface Unpacking {
  reader: ByteReader
  tree: EntryTree
  folder: string
  limits: UploadLimits
  onEntries: (count: number) => void
}

const block = 512

/**
 * Unpacks an uncompressed tar (ustar, pax, GNU long names) into a folder of ours, which must be new and nobody else's: files and folders, with
 * plain names, each once. Of modes only the executable bit is kept, as git does. Everything else is refused with upload_refused at the place
 * where it stands; what was written by then is the caller's to remove. `onEntries` is told of files and folders before they are made, and may throw.
 */
export async function unpack(
  chunks: AsyncIterable<Uint8Array>,
  folder: string,
  limits: UploadLimits,
  onEntries: (count: number) => void = () => {},
): Promise<Unpacked> {
  const reader = createByteReader(chunks, limits.bytes)
  const tree = createEntryTree(limits)
  try {
    await unpackAll({ reader, tree, folder, limits, onEntries })
    return { sha256: reader.sha256(), bytes: reader.bytes(), entries: tree.count() }
  } finally {
    await reader.close()
  }
}

async function unpackAll(unpacking: Unpacking): Promise<void> {
  const { reader, tree } = unpacking
  const start = await reader.take(block)
  if (start.length === 0) throw refused('is empty', 'Send a tar archive: `tar -C FOLDER -cf - .`.')
  refuseCompressed(start)
  let extended: Extended = {}
  for (let bytes = start; ; bytes = await reader.take(block)) {
    if (bytes.length < block) throw cutShort()
    if (isZero(bytes)) break
    const header = parseHeader(bytes)
    const more = await extendedBy(header, extended, reader)
    if (more === null) await entry(header, extended, unpacking)
    extended = more ?? {}
  }
  if (Object.keys(extended).length > 0) throw cutShort()
  await expectEnd(reader)
  if (tree.count() === 0) throw refused('has no file in it', 'Send a tar archive: `tar -C FOLDER -cf - .`.')
}

/** What a header says of the next one; null: it is an entry itself. */
async function extendedBy({ type, size }: TarHeader, before: Extended, reader: ByteReader): Promise<Extended | null> {
  if (!['x', 'g', 'L'].includes(type)) return null
  if (size > longestExtended) throw refused(`has an extended header of more than ${longestExtended / 1024} KiB`, 'Pack it anew with `tar -cf`.')
  const bytes = await whole(reader, size)
  await padding(reader, size)
  if (type === 'g') {
    parseExtended(bytes, true)
    return before
  }
  const said = type === 'L' ? { path: parseLongName(bytes) } : parseExtended(bytes, false)
  const twice = Object.keys(said).find((key) => Object.hasOwn(before, key))
  if (twice !== undefined) throw refused(`says the ${twice} of an entry twice`, 'Pack it anew with `tar -cf`.')
  return { ...before, ...said }
}

async function entry(header: TarHeader, { path = header.name, size = header.size }: Extended, unpacking: Unpacking): Promise<void> {
  const { reader, tree, folder, limits, onEntries } = unpacking
  const is = header.type === '5' ? 'folder' : header.type === '0' || header.type === '\0' ? 'file' : null
  if (is === null) return refuseType(header, path)
  const parts = partsOf(path, limits.depth)
  if (is === 'folder' && size > 0) throw refused(`has the folder ${quoted(path)} with contents of its own`, 'Pack it anew with `tar -cf`.')
  if (is === 'file' && (parts.length === 0 || path.endsWith('/'))) throw refused(`has a file that is named as a folder: ${quoted(path)}`, 'Rename it.')
  if (size > limits.file) throw refused(`has ${quoted(path)}, which is larger than ${limits.file / 1024 ** 2} MiB`, 'Leave it out by a line in .toriiignore.')
  if (parts.length === 0) return
  const before = tree.count()
  const missing = tree.add(parts, is)
  onEntries(tree.count() - before)
  for (const each of missing) await makeFolder(join(folder, each))
  if (is === 'folder') return
  await writeFile(join(folder, ...parts), header, reader.pieces(size))
  await padding(reader, size)
}

/** Whatever the mask of this process is. */
async function makeFolder(path: string): Promise<void> {
  await mkdir(path)
  await chmod(path, 0o755)
}

/** No link can be on the way: there is none in the tree, and nobody else writes to it. */
async function writeFile(path: string, { isExecutable, mtime }: TarHeader, pieces: AsyncIterable<Uint8Array>): Promise<void> {
  const file = await open(path, 'wx')
  try {
    await file.chmod(isExecutable ? 0o755 : 0o644)
    for await (const piece of pieces) await file.writeFile(piece)
  } finally {
    await file.close()
  }
  if (mtime !== null) await utimes(path, mtime, mtime)
}

async function whole(reader: ByteReader, size: number): Promise<Buffer> {
  const bytes = await reader.take(size)
  if (bytes.length < size) throw cutShort()
  return bytes
}

/** Everything is filled up to whole blocks. */
async function padding(reader: ByteReader, size: number): Promise<void> {
  const bytes = await whole(reader, (block - (size % block)) % block)
  if (!isZero(bytes)) throw refused('is damaged: something stands where nothing may', 'Pack it anew with `tar -cf`.')
}

/** A second empty block, and nothing but more of them: tar fills up its last record. */
async function expectEnd(reader: ByteReader): Promise<void> {
  const second = await reader.take(block)
  if (second.length < block) throw cutShort()
  for (let bytes = second; bytes.length > 0; bytes = await reader.take(64 * 1024))
    if (!isZero(bytes)) throw refused('goes on after its end', 'Send one archive alone.')
}
