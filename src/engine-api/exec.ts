import { readFile } from 'node:fs/promises'
import type { Ask } from './ask.ts'
import { createDemultiplexer } from './demultiplex.ts'
import { wordsOf } from './engine-answer.ts'

export interface Ran {
  /** null: it did not end in time. 127: there is no such program. */
  exit: number | null
  output: string
}

interface Limits {
  /** ms, then it is killed where the engine's machine is this one. */
  within: number
  /** Of what it prints. */
  bytes: number
}

/**
 * Runs one program in a running container, as its user, the way Docker runs a health check. Rejects with the engine's trouble, and with
 * the signal's reason.
 */
export async function exec(ask: Ask, id: string, command: string[], { within, bytes }: Limits, signal: AbortSignal): Promise<Ran> {
  signal.throwIfAborted()
  const body = { Cmd: command, AttachStdout: true, AttachStderr: true }
  const { Id: run } = await ask<{ Id: string }>({ method: 'POST', path: `/containers/${id}/exec`, body })
  const late = AbortSignal.timeout(within)
  const over = AbortSignal.any([late, signal])
  let output = ''
  try {
    const push = createDemultiplexer((_, payload) => {
      if (output.length < bytes) output = (output + Buffer.from(payload).toString()).slice(0, bytes)
    })
    const stream = await ask.stream({ method: 'POST', path: `/exec/${run}/start`, body: { Detach: false, Tty: false }, within, signal: over })
    for await (const chunk of stream) push(chunk)
  } catch (error) {
    // 400 OCI runtime exec failed: … exec: "curl": executable file not found in $PATH (Docker 26.1.5); newer ones end with 127.
    const words = wordsOf(error)
    if (!over.aborted && /executable file not found|no such file or directory/.test(words)) return { exit: 127, output: words.slice(0, bytes) }
    if (!over.aborted) throw error
  }
  if (over.aborted) {
    await kill(ask, run, id)
    signal.throwIfAborted()
    return { exit: null, output }
  }
  const { ExitCode } = await ask<{ ExitCode: number | null }>({ path: `/exec/${run}/json` })
  return { exit: /executable file not found|exec: "[^"]+": stat .*no such file or directory/.test(output) ? 127 : ExitCode, output }
}

/** The engine ends no exec, and the container may be somebody's that serves. Another machine's number would be some other process here. */
async function kill(ask: Ask, run: string, id: string): Promise<void> {
  const { Pid, Running } = await ask<{ Pid?: number; Running: boolean }>({ path: `/exec/${run}/json` }).catch(() => ({ Pid: 0, Running: false }))
  if (!Running || !Pid || !(await readFile(`/proc/${Pid}/cgroup`, 'utf8').catch(() => '')).includes(id)) return
  try {
    process.kill(Pid, 'SIGKILL')
  } catch {
    // It has ended by itself, or belongs to another user.
  }
}
