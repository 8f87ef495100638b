import type { Ask } from './ask.ts'
import { createDemultiplexer, type StreamName } from './demultiplex.ts'
import { answered } from './engine-answer.ts'
import type { Inspected } from './inspect.ts'
import { createLineCutter } from './lines.ts'

/** The engine itself hands out longer lines in pieces of 16 KiB (Docker 26.1.5). */
const longestLine = 16 * 1024

/** The last lines, at most `bytes` characters of them; '' when there is nothing to be had. */
export async function logTail(ask: Ask, id: string, lines: number, bytes: number): Promise<string> {
  let text = ''
  const keep = (line: string) => {
    text += `${line}\n`
    if (text.length > bytes * 2) text = text.slice(-bytes)
  }
  const signal = AbortSignal.timeout(10_000)
  await read(ask, id, { tail: lines, follow: false }, keep, signal).catch(() => {})
  return text.slice(-bytes)
}

/** Line by line; resolves when the log ends or the signal aborts. */
export async function followLog(
  ask: Ask,
  id: string,
  options: { tail: number; follow: boolean },
  line: (text: string, stream: StreamName) => void,
  signal: AbortSignal,
): Promise<void> {
  try {
    await read(ask, id, options, line, signal)
  } catch (error) {
    if (!signal.aborted && !answered(error, 404)) throw error
  }
}

async function read(
  ask: Ask,
  id: string,
  { tail, follow }: { tail: number; follow: boolean },
  line: (text: string, stream: StreamName) => void,
  signal: AbortSignal,
): Promise<void> {
  const { Config } = await ask<Inspected>({ path: `/containers/${id}/json`, signal })
  const stream = await ask.stream({ path: `/containers/${id}/logs`, query: { stdout: 1, stderr: 1, tail, follow: follow ? 1 : 0 }, signal })
  await (Config.Tty ? readPlain(stream, line) : readFrames(stream, line))
}

async function readPlain(stream: AsyncIterable<Buffer>, line: (text: string, stream: StreamName) => void): Promise<void> {
  const cutter = createLineCutter(longestLine)
  for await (const chunk of stream) for (const text of cutter.push(chunk)) line(text, 'stdout')
  for (const text of cutter.end()) line(text, 'stdout')
}

async function readFrames(stream: AsyncIterable<Buffer>, line: (text: string, stream: StreamName) => void): Promise<void> {
  const cutters = { stdout: createLineCutter(longestLine), stderr: createLineCutter(longestLine) }
  const push = createDemultiplexer((name, payload) => {
    for (const text of cutters[name].push(payload)) line(text, name)
  })
  for await (const chunk of stream) push(chunk)
  for (const name of ['stdout', 'stderr'] as const) for (const text of cutters[name].end()) line(text, name)
}
