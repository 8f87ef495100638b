import { realpathSync } from 'node:fs'

/** util-linux, an essential package of Debian and Ubuntu. Busybox's of that name does not know the option. */
const setpriv = '/usr/bin/setpriv'

let there: boolean | null = null

/**
 * The same program, started so that the kernel kills it when this process dies, however it dies: after `kill -9` nobody is left who
 * could (PR_SET_PDEATHSIG, Linux; it stays set through exec). Where the machine has no setpriv it ends by itself, later.
 */
export function dieWithUs(file: string, args: string[]): [file: string, args: string[]] {
  there ??= isThere()
  return there ? [setpriv, ['--pdeathsig', 'KILL', '--', file, ...args]] : [file, args]
}

function isThere(): boolean {
  try {
    return process.platform === 'linux' && !realpathSync(setpriv).endsWith('busybox')
  } catch {
    return false
  }
}
