import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Clock } from '../deploy/ports.ts'
import { serverError } from './cli-error.ts'

export interface ServerProcess {
  pid: number
  /** Started by the CLI, not by a person in a terminal. */
  background: boolean
}

const lookEvery = 25
/** The server gives itself 10 s to close. */
const patience = 15_000

export function pidFile(home: string): string {
  return join(home, 'server.pid')
}

/** The server of this state folder, by its pid file and by what that process really is; null: none runs. */
export async function serverProcess(home: string): Promise<ServerProcess | null> {
  const pid = Number((await textOf(pidFile(home))) ?? '')
  if (!Number.isSafeInteger(pid) || pid <= 1) return null
  const args = ((await textOf(`/proc/${pid}/cmdline`)) ?? '').split('\0')
  return isServer(args) ? { pid, background: args.includes('--background') } : null
}

/** A pid may be somebody else's by now: only the command line says whose. */
export function isServer(args: string[]): boolean {
  const program = args.findIndex((arg) => /(^|\/)(dist\/cli\.js|src\/cli\/main\.ts)$/.test(arg))
  return program !== -1 && args[program + 1] === 'serve'
}

/** Asks it to end and waits until it is gone. */
export async function endServer(home: string, { pid }: ServerProcess, clock: Clock): Promise<void> {
  signal(pid)
  const end = clock.monotonic() + patience
  while ((await serverProcess(home))?.pid === pid) {
    if (clock.monotonic() > end)
      throw serverError(`The control plane (pid ${pid}) does not end.`, `Look into ${join(home, 'server.log')}, or \`kill -9 ${pid}\`.`)
    await clock.sleep(lookEvery)
  }
}

function signal(pid: number): void {
  try {
    process.kill(pid, 'SIGTERM')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH')
      throw serverError(`The control plane (pid ${pid}) belongs to another user.`, 'Call torii as that user.', error)
  }
}

async function textOf(path: string): Promise<string | null> {
  return readFile(path, 'utf8').catch(() => null)
}
