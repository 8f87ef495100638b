import { closeSync, fstatSync, readSync } from 'node:fs'
import { DeployError } from '../deploy/failure.ts'
import { type Allowed, openInsideNow } from '../files/open-inside.ts'
import { notOpened } from './read-limited.ts'

/** As large as a config or a secret may be. */
const largest = 1024 * 1024

/** Reads a small file at once, without ever blocking on a FIFO or a device, and nothing from outside whatever its links say by now. */
export function readNow(path: string, label: string, allowed: Allowed): Uint8Array {
  const file = opened(path, label, allowed)
  try {
    const stat = fstatSync(file)
    if (!stat.isFile()) throw new DeployError('compose_invalid', `${label} is not a regular file`)
    if (stat.size > largest) throw new DeployError('compose_invalid', `${label} is larger than 1 MiB`)
    const buffer = Buffer.alloc(stat.size)
    return buffer.subarray(0, readSync(file, buffer, 0, stat.size, 0))
  } finally {
    closeSync(file)
  }
}

function opened(path: string, label: string, allowed: Allowed): number {
  try {
    return openInsideNow(path, allowed)
  } catch (error) {
    throw notOpened(label, error)
  }
}
