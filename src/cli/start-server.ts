import { spawn } from 'node:child_process'
import { mkdir, open, rename, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { lastLine } from '../text/one-line.ts'

/** A log that is longer when a server starts is put aside as server.log.1, in place of the one before it. */
const longestLog = 10_000_000
/** Of what a server said at its start, the end. */
const mostWords = 64 * 1024

export interface Started {
  logFile: string
  /** Where this start's own lines begin in the log. */
  logStart: number
  ended(): boolean
}

/** Starts this same program as a server of its own session that outlives us, with a folder of ours as its working directory. */
export async function startServerProcess(home: string): Promise<Started> {
  await mkdir(home, { recursive: true, mode: 0o700 })
  const logFile = join(home, 'server.log')
  await putAside(logFile)
  const log = await open(logFile, 'a', 0o600)
  try {
    const { size: logStart } = await log.stat()
    return { logFile, logStart, ended: spawned(home, log.fd) }
  } finally {
    await log.close()
  }
}

async function putAside(logFile: string): Promise<void> {
  const found = await stat(logFile).catch(() => null)
  if (found !== null && found.size > longestLog) await rename(logFile, `${logFile}.1`)
}

/** MB. V8's default, 16, keeps 20 MB that a server which waits has no use for (Node 24.21: 147 MB after ten deployments, 124 with this). */
const smallNursery = '--max-semi-space-size=2'

/** It reads the same environment as we do: its configuration is there. Not by execa: that one ends its children with us. */
function spawned(home: string, log: number): () => boolean {
  const args = [...process.execArgv, smallNursery, '--', process.argv[1] ?? '', 'serve', '--background']
  const child = spawn(process.execPath, args, { cwd: home, detached: true, stdio: ['ignore', log, log] })
  let ended = false
  const end = () => {
    ended = true
  }
  child.once('exit', end).once('error', end).unref()
  return () => ended
}

/** What it said last, in clean form: our own sentence and its fix, where there are. */
export async function wordsOf(started: Started): Promise<{ sentence: string; fix: string | null }> {
  const text = await endOf(started)
  const [, sentence, fix] = /^[\s\S]*^torii: (.*)(?:\n {2}fix: (.*))?/m.exec(text) ?? []
  if (sentence === undefined) return { sentence: messageOf(lastLine(text, 10_000)), fix: null }
  return { sentence: lastLine(sentence, 600), fix: fix === undefined ? null : lastLine(fix, 600) }
}

async function endOf({ logFile, logStart }: Started): Promise<string> {
  await using log = await open(logFile)
  const { size } = await log.stat()
  const from = Math.max(logStart, size - mostWords)
  const { buffer, bytesRead } = await log.read({ buffer: Buffer.alloc(Math.max(0, size - from)), position: from })
  return buffer.toString('utf8', 0, bytesRead)
}

/** A log line is a JSON document with a message. */
function messageOf(line: string): string {
  try {
    const { msg, err } = JSON.parse(line) as { msg?: string; err?: { message?: string } }
    return lastLine([msg, err?.message].filter((part) => part !== undefined).join(': '), 600)
  } catch {
    return lastLine(line, 600)
  }
}
