import { type FileHandle, realpath } from 'node:fs/promises'
import { DeployError } from '../deploy/failure.ts'
import { isInside } from '../files/inside.ts'
import { OutsideFolder, openInside } from '../files/open-inside.ts'
import { cleanText } from '../text/clean.ts'

const mebibyte = 1024 * 1024

/**
 * Reads a small text file of the extension, or says why not. Never blocks: O_NONBLOCK opens a FIFO at once, and what
 * was opened is looked at before anything is read.
 */
export async function readLimited(path: string, label: string, folder: string): Promise<string> {
  const file = await openInside(path, { folder }).catch((error: unknown) => {
    throw notOpened(label, error)
  })
  try {
    return await readRegular(file, label, mebibyte)
  } finally {
    await file.close()
  }
}

/** Like readLimited, but null when there is no such file. */
export async function readOptional(path: string, label: string, folder: string): Promise<string | null> {
  const real = await realpath(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null
    throw unreadable(label, error)
  })
  if (real === null) return null
  if (!isInside(folder, real)) throw new DeployError('policy_denied', `${label} leads outside the extension's folder`)
  return readLimited(real, label, folder)
}

/** Why a file could not be opened where it may lie, as a refusal. */
export function notOpened(label: string, error: unknown): DeployError {
  if (!(error instanceof OutsideFolder)) return unreadable(label, error as NodeJS.ErrnoException)
  return new DeployError('policy_denied', `${cleanText(label, { max: 200 })} leads outside the extension's folder`)
}

/** An error of the file system as a refusal with a sentence that people understand. */
export function unreadable(label: string, error: NodeJS.ErrnoException): DeployError {
  return new DeployError(
    'compose_invalid',
    `${cleanText(label, { max: 200 })} ${troubles[error.code ?? ''] ?? `cannot be read (${error.code ?? 'unknown error'})`}`,
    {
      cause: error,
    },
  )
}

const troubles: Record<string, string> = {
  ENOENT: 'does not exist',
  EACCES: 'cannot be read: permission denied',
  EPERM: 'cannot be read: permission denied',
  ELOOP: 'is a loop of symbolic links',
  ENOTDIR: 'lies below something that is not a folder',
  ENAMETOOLONG: 'has a name that is too long',
  ENXIO: 'is not a regular file',
}

async function readRegular(file: FileHandle, label: string, limit: number): Promise<string> {
  const stat = await file.stat()
  if (!stat.isFile()) throw new DeployError('compose_invalid', `${label} is ${whatItIs(stat)}, not a regular file`)
  const buffer = Buffer.alloc(Math.min(stat.size, limit) + 1)
  const { bytesRead } = await file.read(buffer, 0, buffer.length, 0)
  if (stat.size > limit || bytesRead > limit) throw new DeployError('compose_invalid', `${label} is larger than ${limit / mebibyte} MiB`)
  return utf8(buffer.subarray(0, bytesRead), label)
}

function utf8(bytes: Uint8Array, label: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch (cause) {
    throw new DeployError('compose_invalid', `${label} is not UTF-8 text`, { cause })
  }
}

function whatItIs(stat: { isDirectory(): boolean; isFIFO(): boolean; isSocket(): boolean }): string {
  if (stat.isDirectory()) return 'a folder'
  if (stat.isFIFO()) return 'a FIFO'
  return stat.isSocket() ? 'a socket' : 'a device'
}
