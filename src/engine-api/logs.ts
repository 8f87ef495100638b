import type { LogLine } from '../deploy/ports.ts'
import type { Ask } from './ask.ts'
import { createDemultiplexer, type StreamName } from './demultiplex.ts'
import { answered } from './engine-answer.ts'
import { createLineCutter, linesOf } from './lines.ts'

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

/** The first lines, at most `bytes` characters of them; '' when there is nothing to be had. */
export async function logHead(ask: Ask, id: string, { lines, bytes }: { lines: number; bytes: number }, signal: AbortSignal): Promise<string> {
  let text = ''
  let count = 0
  const enough = new AbortController()
  const keep = (line: string) => {
    text += `${line}\n`
    count += 1
    if (count >= lines || text.length >= bytes) enough.abort()
  }
  await read(ask, id, { tail: 'all', follow: false }, keep, AbortSignal.any([signal, enough.signal])).catch(() => {})
  return text.slice(0, bytes)
}

/** Each line after the one before was taken; resolves when the log ends or the signal aborts. */
export async function followLog(ask: Ask, id: string, options: { tail: number; follow: boolean }, line: LogLine, signal: AbortSignal): Promise<void> {
  try {
    await read(ask, id, options, line, signal)
  } catch (error) {
    if (!signal.aborted && !answered(error, 404)) throw error
  }
}

async function read(ask: Ask, id: string, { tail, follow }: { tail: number | 'all'; follow: boolean }, line: LogLine, signal: AbortSignal): Promise<void> {
  const { Config } = await ask<{ Config: { Tty: boolean } }>({ path: `/containers/${id}/json`, signal })
  const stream = await ask.stream({ path: `/containers/${id}/logs`, query: { stdout: 1, stderr: 1, tail, follow: follow ? 1 : 0 }, signal })
  const lines = Config.Tty ? plainLines(stream) : framedLines(stream)
  // The engine waits while nobody takes the next line: a huge log never piles up here.
  for await (const [text, name] of lines) {
    await line(text, name)
    if (signal.aborted) return
  }
}

type Line = [text: string, stream: StreamName]

async function* plainLines(stream: AsyncIterable<Buffer>): AsyncGenerator<Line> {
  for await (const text of linesOf(stream, longestLine)) yield [text, 'stdout']
}

async function* framedLines(stream: AsyncIterable<Buffer>): AsyncGenerator<Line> {
  const cutters = { stdout: createLineCutter(longestLine), stderr: createLineCutter(longestLine) }
  let ready: Line[] = []
  const push = createDemultiplexer((name, payload) => {
    for (const text of cutters[name].push(payload)) ready.push([text, name])
  })
  for await (const chunk of stream) {
    push(chunk)
    yield* ready
    ready = []
  }
  for (const name of ['stdout', 'stderr'] as const) for (const text of cutters[name].end()) yield [text, name]
}
