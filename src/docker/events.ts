import type { EngineEvent } from '../deploy/ports.ts'
import type { Ask } from '../engine-api/ask.ts'
import { wordsOf } from '../engine-api/engine-answer.ts'
import { linesOf } from '../engine-api/lines.ts'
import { readEvent } from './event-line.ts'
import { ofInstance } from './labels.ts'
import type { Log } from './log.ts'
import { pause } from './pause.ts'

type Wake = (event: EngineEvent) => void

interface Stream {
  ask: Ask
  instance: string
  log: Log
  wakes: Set<Wake>
  signal: AbortSignal
  since: string | undefined
}

/** An event with a longer line is not read: its command is somebody's whole script. */
const longestLine = 1024 * 1024

/** One stream for all listeners of this instance, open while there is one. */
export function createEvents({ ask, instance, log }: { ask: Ask; instance: string; log: Log }): (wake: Wake) => Promise<() => void> {
  const wakes = new Set<Wake>()
  let open: { done: AbortController; ready: Promise<void> } | null = null
  const stop = (wake: Wake) => {
    wakes.delete(wake)
    if (wakes.size > 0) return
    open?.done.abort()
    open = null
  }
  return async (wake) => {
    wakes.add(wake)
    open ??= begin({ ask, instance, log, wakes, since: undefined })
    try {
      await open.ready
    } catch (error) {
      stop(wake)
      throw error
    }
    return () => stop(wake)
  }
}

/** Open when `ready` resolves; afterwards it comes back by itself until aborted. */
function begin(about: Omit<Stream, 'signal'>): { done: AbortController; ready: Promise<void> } {
  const done = new AbortController()
  const stream: Stream = { ...about, signal: done.signal }
  const first = connect(stream)
  first.then((answer) => keepReading(stream, answer)).catch(() => {})
  return { done, ready: first.then(() => {}) }
}

function connect({ ask, instance, signal, since }: Stream): Promise<AsyncIterable<Buffer>> {
  return ask.stream({ path: '/events', query: { filters: ofInstance(instance), since }, signal })
}

async function keepReading(stream: Stream, first: AsyncIterable<Buffer>): Promise<void> {
  let answer: AsyncIterable<Buffer> | null = first
  while (!stream.signal.aborted) {
    if (answer !== null) await readAll(stream, answer)
    answer = await reconnect(stream)
    if (answer !== null) tell(stream, { is: 'gap' })
  }
}

async function readAll(stream: Stream, answer: AsyncIterable<Buffer>): Promise<void> {
  try {
    for await (const line of linesOf(answer, longestLine)) readOne(stream, line)
  } catch (error) {
    if (!stream.signal.aborted) stream.log.warn({ cause: wordsOf(error) }, 'event stream ended')
  }
}

function readOne(stream: Stream, line: string): void {
  const { event, at } = readEvent(line)
  if (at !== null) stream.since = at
  if (event !== null) tell(stream, event)
}

/** null: aborted. */
async function reconnect(stream: Stream): Promise<AsyncIterable<Buffer> | null> {
  for (let wait = 50; !stream.signal.aborted; wait = Math.min(wait * 2, 1000)) {
    try {
      return await connect(stream)
    } catch {
      await pause(wait)
    }
  }
  return null
}

function tell({ wakes, log }: Stream, event: EngineEvent): void {
  for (const wake of [...wakes]) {
    try {
      wake(event)
    } catch (error) {
      log.warn({ err: error }, 'a listener of engine events failed')
    }
  }
}
