import { accessSync, constants } from 'node:fs'

/** util-linux, an essential package of Debian and Ubuntu. */
const prlimit = '/usr/bin/prlimit'

let there: boolean | null = null

/**
 * The same program, started so that the kernel gives it and each of its children at most so many bytes of memory of their own
 * (RLIMIT_DATA: since Linux 4.7 all that is private and writable; what Go only reserves does not count). Where the machine has no prlimit it
 * runs without.
 */
export function limitMemory(file: string, args: string[], bytes: number): [file: string, args: string[]] {
  there ??= isThere()
  return there ? [prlimit, [`--data=${bytes}`, '--', file, ...args]] : [file, args]
}

function isThere(): boolean {
  try {
    accessSync(prlimit, constants.X_OK)
    return process.platform === 'linux'
  } catch {
    return false
  }
}
