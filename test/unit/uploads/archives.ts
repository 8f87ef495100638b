import { execFileSync } from 'node:child_process'
import { lstatSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { onTestFinished } from 'vitest'
import type { UploadLimits } from '../../../src/uploads/refused.ts'
import { sumOf } from '../../../src/uploads/tar-header.ts'
import { unpack } from '../../../src/uploads/unpack.ts'

export const limits: UploadLimits = { bytes: 1024 ** 2, file: 256 * 1024, entries: 100, depth: 8 }

/** One header as its writer meant it; every field may be something else. */
export interface Raw {
  name?: string | Buffer
  type?: string
  size?: number | Buffer
  mode?: number
  prefix?: string
  magic?: string
  content?: string | Buffer
  checksum?: number
  linkname?: string
  mtime?: string
}

/** An archive of these headers and contents, as a tar writer that checks nothing writes it. */
export function archive(...entries: Raw[]): Buffer {
  return Buffer.concat([...entries.map(rawEntry), Buffer.alloc(1024)])
}

export function rawEntry({ name = 'a', type = '0', content = '', size, mode = 0o644, prefix = '', magic = 'ustar\x0000', ...more }: Raw): Buffer {
  const bytes = Buffer.from(content)
  const header = Buffer.alloc(512)
  Buffer.from(name).copy(header, 0, 0, 100)
  header.write(`${mode.toString(8).padStart(7, '0')}\0`, 100, 'latin1')
  if (typeof size === 'object') size.copy(header, 124)
  else header.write(`${(size ?? bytes.length).toString(8).padStart(11, '0')}\0`, 124, 'latin1')
  header.write(more.mtime ?? '00000000000\0', 136, 'latin1')
  header.write(type, 156, 'latin1')
  header.write(more.linkname ?? '', 157)
  header.write(magic, 257, 'latin1')
  header.write(prefix, 345)
  header.write(`${(more.checksum ?? sumOf(header)).toString(8).padStart(6, '0')}\0 `, 148, 'latin1')
  return Buffer.concat([header, padded(bytes)])
}

export function pax(records: Record<string, string>, type = 'x'): Raw {
  const content = Object.entries(records).map(([key, value]) => {
    const rest = ` ${key}=${value}\n`
    let length = Buffer.byteLength(rest) + 1
    while (String(length).length + Buffer.byteLength(rest) !== length) length++
    return `${length}${rest}`
  })
  return { name: 'pax', type, content: content.join('') }
}

function padded(bytes: Buffer): Buffer {
  return Buffer.concat([bytes, Buffer.alloc((512 - (bytes.length % 512)) % 512)])
}

export async function* inPieces(bytes: Uint8Array, size = 1000): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
}

export function aPlace(): string {
  const folder = mkdtempSync(join(tmpdir(), 'torii-upload-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

/** Unpacks it into a new folder; answers what is there, or the detail of the refusal. */
export async function unpacked(bytes: Uint8Array, more: Partial<UploadLimits> = {}, piece?: number) {
  const folder = aPlace()
  const done = await unpack(inPieces(bytes, piece), folder, { ...limits, ...more })
  return { ...done, folder, files: filesIn(folder) }
}

/** Every file below with mode and text; folders end with a slash. */
export function filesIn(folder: string): Record<string, string> {
  const all = readdirSync(folder, { recursive: true, withFileTypes: true }).map((entry) => join(entry.parentPath, entry.name))
  return Object.fromEntries(
    all.toSorted().map((path) => {
      const stat = lstatSync(path)
      const mode = (stat.mode & 0o7777).toString(8)
      return stat.isDirectory() ? [`${relative(folder, path)}/`, mode] : [relative(folder, path), `${mode} ${readFileSync(path, 'utf8')}`]
    }),
  )
}

/** An archive as the machine's own tar makes it of a folder. */
export function madeByTar(folder: string, ...options: string[]): Buffer {
  return execFileSync('tar', [...options, '-C', folder, '-cf', '-', '.'], { maxBuffer: 64 * 1024 ** 2 })
}
