import { say } from './output.ts'

/** Whether there is a person to ask: both what is typed and what is asked are a terminal's. */
export function isSomebodyThere(): boolean {
  return process.stdin.isTTY === true && process.stderr.isTTY === true
}

/** One question; anything but a clear yes is a no, also Ctrl-C and Ctrl-D. */
export async function saysYes(question: string): Promise<boolean> {
  const { createInterface } = await import('node:readline/promises')
  const terminal = createInterface({ input: process.stdin, output: process.stderr })
  const gone = new AbortController()
  terminal.once('SIGINT', () => gone.abort()).once('close', () => gone.abort())
  const answer = await terminal.question(`${question} [y/N] `, { signal: gone.signal }).catch(() => say('') ?? '')
  terminal.close()
  return /^y(es)?$/i.test(answer.trim())
}
