import { constants } from 'node:fs'
import { type FileHandle, open, readFile } from 'node:fs/promises'

/** One record of /dev/kmsg, at most (Linux, Documentation/ABI/testing/dev-kmsg). */
const longestRecord = 8192
/** A ring has a few thousand. */
const mostRecords = 100_000
/** Seconds between the kill and the container's end, and between the kernel's clock and the engine's. */
const tolerance = 15

export interface Ended {
  /** The container's. */
  id: string
  /** Wall-clock ms. */
  finishedAt: number
}

/**
 * Whether the kernel says that it killed a process of this container for want of memory just before the container ended. Under load the
 * engine loses that event for good, and shows an exit by SIGKILL (Docker 26.1.5: one of 25 on two busy cores). false where the log
 * cannot be read.
 */
export async function saysOutOfMemory({ id, finishedAt }: Ended, path = '/dev/kmsg', stat = '/proc/stat'): Promise<boolean> {
  const booted = Number(/^btime (\d+)$/m.exec(await readFile(stat, 'utf8').catch(() => ''))?.[1] ?? Number.NaN)
  const log = await open(path, constants.O_RDONLY | constants.O_NONBLOCK).catch(() => null)
  if (log === null) return false
  const isIts = (record: string) =>
    /oom-kill:constraint=CONSTRAINT_MEMCG\b/.test(record) &&
    memoryGroupOf(record).includes(id) &&
    Math.abs(booted + secondsOf(record) - finishedAt / 1000) <= tolerance
  try {
    for await (const record of recordsOf(log)) if (isIts(record)) return true
    return false
  } finally {
    await log.close()
  }
}

function memoryGroupOf(record: string): string {
  return /\boom_memcg=([^,\s]*)/.exec(record)?.[1] ?? ''
}

/** Since the machine was booted: `priority,sequence,microseconds,flags;text`. */
function secondsOf(record: string): number {
  return Number(/^\d+,\d+,(\d+)/.exec(record)?.[1] ?? Number.NaN) / 1e6
}

/** Each read gives one record; the ring's end is EAGAIN, of a file an empty read; a record that was overwritten meanwhile is EPIPE. */
async function* recordsOf(log: FileHandle): AsyncGenerator<string> {
  const buffer = Buffer.alloc(longestRecord)
  for (let count = 0; count < mostRecords; count++) {
    const read = await log.read(buffer).catch((error: NodeJS.ErrnoException) => (error.code === 'EPIPE' ? 'lost' : null))
    if (read === null || (read !== 'lost' && read.bytesRead === 0)) return
    if (read !== 'lost') yield buffer.toString('utf8', 0, read.bytesRead)
  }
}
