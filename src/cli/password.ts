import { text } from 'node:stream/consumers'
import { usageError } from './cli-error.ts'
import { Interrupted } from './interrupt.ts'

const longest = 8192

/** A password from whoever types it, who does not see it; without a terminal all of stdin but its last line end. Never an argument: those can be seen. */
export async function readPassword(question: string): Promise<string> {
  const given = process.stdin.isTTY ? await typed(question) : (await text(process.stdin)).replace(/\r?\n$/, '')
  if (given === '') throw usageError('There is no password.', 'Type it when asked, or give it on stdin: `torii registry login HOST --username U < FILE`.')
  if (given.length > longest || given.includes('\n')) throw usageError('That is no password: it has more than one line, or is too long.')
  return given
}

/** Raw, so that the terminal echoes nothing. */
async function typed(question: string): Promise<string> {
  const { stdin, stderr } = process
  stderr.write(question)
  stdin.setRawMode(true).setEncoding('utf8')
  try {
    let said = ''
    for await (const chunk of stdin) {
      for (const key of String(chunk)) {
        if (key === '\r' || key === '\n' || key === '\u0004') return said
        if (key === '\u0003') throw new Interrupted()
        said = key === '\u007f' || key === '\b' ? said.slice(0, -1) : said + key
      }
    }
    return said
  } finally {
    stdin.setRawMode(false).pause()
    stderr.write('\n')
  }
}
