import { say } from './output.ts'
import { wrapped } from './wrapped.ts'

/** Whether there is a person to ask: both what is typed and what is asked are a terminal's. */
export function isSomebodyThere(): boolean {
  return process.stdin.isTTY === true && process.stderr.isTTY === true
}

/** The question in lines of whole words, as far as a terminal has columns: readline counts the last alone as where the answer is typed. */
export function asked(question: string, terminal: { isTTY?: boolean; columns?: number } = process.stderr): { before: string[]; last: string } {
  const lines = wrapped(`${question} [y/N]`, terminal).split('\n')
  return { before: lines.slice(0, -1), last: `${lines.at(-1)} ` }
}

/** One question; anything but a clear yes is a no, also Ctrl-C and Ctrl-D. */
export async function saysYes(question: string): Promise<boolean> {
  const { createInterface } = await import('node:readline/promises')
  const terminal = createInterface({ input: process.stdin, output: process.stderr })
  const { before, last } = asked(question)
  for (const line of before) say(line)
  const gone = new AbortController()
  terminal.once('SIGINT', () => gone.abort()).once('close', () => gone.abort())
  const answer = await terminal.question(last, { signal: gone.signal }).catch(() => say('') ?? '')
  terminal.close()
  return /^y(es)?$/i.test(answer.trim())
}
