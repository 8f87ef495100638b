import { spawnSync } from 'node:child_process'

/** util-linux, an essential package of Debian and Ubuntu. Busybox's of that name and old ones do not know the option. */
const setpriv = '/usr/bin/setpriv'

let there: boolean | null = null

const option = ['--pdeathsig', 'KILL', '--']

/**
 * The same program, started so that the kernel kills it when this process dies, however it dies: after `kill -9` nobody is left who
 * could (PR_SET_PDEATHSIG, Linux; it stays set through exec). Where the machine has no setpriv it ends by itself, later.
 */
export function dieWithUs(file: string, args: string[]): [file: string, args: string[]] {
  there ??= works()
  return there ? [setpriv, [...option, file, ...args]] : [file, args]
}

/** Tried once: some 2 ms. */
function works(): boolean {
  return process.platform === 'linux' && spawnSync(setpriv, [...option, setpriv, '--version'], { stdio: 'ignore', timeout: 5_000 }).status === 0
}
