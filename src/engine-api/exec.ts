import type { Ask } from './ask.ts'
import { createDemultiplexer } from './demultiplex.ts'
import { wordsOf } from './engine-answer.ts'

export interface Ran {
  /** null: it did not end in time. 127: there is no such program. */
  exit: number | null
  output: string
}

/** Runs one program in a running container, as its user, the way Docker runs a health check; at most `bytes` of what it prints. */
export async function exec(ask: Ask, id: string, command: string[], { within, bytes }: { within: number; bytes: number }): Promise<Ran> {
  const body = { Cmd: command, AttachStdout: true, AttachStderr: true }
  const { Id: run } = await ask<{ Id: string }>({ method: 'POST', path: `/containers/${id}/exec`, body })
  const late = AbortSignal.timeout(within)
  let output = ''
  try {
    const push = createDemultiplexer((_, payload) => {
      if (output.length < bytes) output = (output + Buffer.from(payload).toString()).slice(0, bytes)
    })
    const stream = await ask.stream({ method: 'POST', path: `/exec/${run}/start`, body: { Detach: false, Tty: false }, within, signal: late })
    for await (const chunk of stream) push(chunk)
  } catch (error) {
    if (late.aborted) return { exit: null, output }
    // 400 OCI runtime exec failed: … exec: "curl": executable file not found in $PATH (Docker 26.1.5); newer ones end with 127.
    const words = wordsOf(error)
    if (/executable file not found|no such file or directory/.test(words)) return { exit: 127, output: words.slice(0, bytes) }
    throw error
  }
  if (late.aborted) return { exit: null, output }
  const { ExitCode } = await ask<{ ExitCode: number | null }>({ path: `/exec/${run}/json` })
  return { exit: /executable file not found|exec: "[^"]+": stat .*no such file or directory/.test(output) ? 127 : ExitCode, output }
}
