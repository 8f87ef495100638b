import { execa } from 'execa'
import { dieWithUs } from './die-with-us.ts'
import { limitMemory } from './limit-memory.ts'

export interface Program {
  file: string
  args: string[]
  cwd: string
  env: Record<string, string>
  /** ms, then the whole process group is killed. */
  within: number
  /** Bytes, then it gets no more and ends. */
  memory?: number | undefined
  signal?: AbortSignal | undefined
}

export interface Ended {
  ok: boolean
  stdout: string
  stderr: string
  /** 'late': out of time; 'large': more output than allowed. */
  cut: 'late' | 'large' | null
}

/** A program that was started and waits for its input. */
export interface WaitingProgram {
  /** Gives it all its input, and comes back at its end; never rejects but when the signal aborts. */
  goOn(input: string, limits: Pick<Program, 'within' | 'signal'>): Promise<Ended>
  /** It is not needed. */
  kill(): void
  /** Resolves at its end, whatever it came from. */
  ended: Promise<unknown>
}

type Start = Pick<Program, 'file' | 'args' | 'cwd' | 'env' | 'memory'>

const mostOutput = 16 * 1024 * 1024

/** Runs one program to its end, with exactly this environment and no shell; never rejects but when the signal aborts. */
export async function runProgram({ within, signal, ...start }: Program): Promise<Ended> {
  signal?.throwIfAborted()
  return untilItEnds(spawned(start, 'ignore'), { within, signal })
}

/** Starts a program that reads its input before it does anything: what it needs to get ready, it has done by then. */
export function startProgram(start: Start): WaitingProgram {
  const child = spawned(start, 'pipe')
  return {
    goOn: async (input, limits) => {
      // One that has ended does not read: its end says why.
      child.stdin?.on('error', () => {}).end(input)
      return untilItEnds(child, limits)
    },
    kill: () => killGroup(child.pid),
    ended: child,
  }
}

function spawned({ file, args, cwd, env, memory }: Start, stdin: 'ignore' | 'pipe') {
  const limited = memory === undefined ? ([file, args] as const) : limitMemory(file, args, memory)
  return execa(...dieWithUs(...limited), { cwd, env, extendEnv: false, detached: true, reject: false, stdin, maxBuffer: mostOutput, stripFinalNewline: false })
}

async function untilItEnds(child: ReturnType<typeof spawned>, { within, signal }: Pick<Program, 'within' | 'signal'>): Promise<Ended> {
  const timeout = AbortSignal.timeout(within)
  const kill = () => killGroup(child.pid)
  const ends = signal ? [timeout, signal] : [timeout]
  for (const end of ends) end.addEventListener('abort', kill, { once: true })
  if (signal?.aborted) kill()
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
