import { readlinkSync } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'
import { vi } from 'vitest'

/** The paths of what is put on the disk while the work goes on, in order, as they are called at that moment. Linux. */
export async function flushedBy(work: () => Promise<unknown>): Promise<string[]> {
  const flushed: string[] = []
  await using any = await open('/dev/null')
  const prototype = Object.getPrototypeOf(any) as FileHandle
  const sync = prototype.sync
  const spy = vi.spyOn(prototype, 'sync').mockImplementation(async function (this: FileHandle) {
    flushed.push(readlinkSync(`/proc/self/fd/${this.fd}`))
    return sync.call(this)
  })
  await work().finally(() => spy.mockRestore())
  return flushed
}
