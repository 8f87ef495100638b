import { execa } from 'execa'

export interface Program {
  file: string
  args: string[]
  cwd: string
  env: Record<string, string>
  /** ms, then the whole process group is killed. */
  within: number
  signal?: AbortSignal | undefined
}

export interface Ended {
  ok: boolean
  stdout: string
  stderr: string
  /** 'late': out of time; 'large': more output than allowed. */
  cut: 'late' | 'large' | null
}

const mostOutput = 16 * 1024 * 1024

/** Runs one program to its end, with exactly this environment and no shell; never rejects but when the signal aborts. */
export async function runProgram({ file, args, cwd, env, within, signal }: Program): Promise<Ended> {
  signal?.throwIfAborted()
  const timeout = AbortSignal.timeout(within)
  const child = execa(file, args, {
    cwd,
    env,
    extendEnv: false,
    detached: true,
    reject: false,
    stdin: 'ignore',
    maxBuffer: mostOutput,
    stripFinalNewline: false,
  })
  const kill = () => killGroup(child.pid)
  const ends = signal ? [timeout, signal] : [timeout]
  for (const end of ends) end.addEventListener('abort', kill, { once: true })
  const { failed, stdout, stderr, isMaxBuffer, shortMessage } = await child
  for (const end of ends) end.removeEventListener('abort', kill)
  if (isMaxBuffer) kill()
  signal?.throwIfAborted()
  return { ok: !failed, stdout, stderr: stderr || (failed ? (shortMessage ?? '') : ''), cut: isMaxBuffer ? 'large' : timeout.aborted ? 'late' : null }
}

/** `detached` made the child the leader of its own group. */
export function killGroup(pid: number | undefined): void {
  try {
    if (pid !== undefined) process.kill(-pid, 'SIGKILL')
  } catch {
    // it has ended already
  }
}
