import type { Clock, EngineEvent } from '../deploy/ports.ts'
import type { Ask } from '../engine-api/ask.ts'
import { wordsOf } from '../engine-api/engine-answer.ts'
import { linesOf } from '../engine-api/lines.ts'
import { readEvent } from './event-line.ts'
import { ofInstance } from './labels.ts'
import type { Log } from './log.ts'

type Wake = (event: EngineEvent) => void

interface Stream {
  ask: Ask
  instance: string
  clock: Clock
  log: Log
  wakes: Set<Wake>
  signal: AbortSignal
  since: string | undefined
}

/** An event with a longer line is not read: its command is somebody's whole script. */
const longestLine = 1024 * 1024

const firstPause = 50
const longestPause = 1_000

/** One stream for all listeners of this instance, open while there is one. */
export function createEvents(parts: { ask: Ask; instance: string; clock: Clock; log: Log }): (wake: Wake) => Promise<() => void> {
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
    open ??= begin({ ...parts, wakes, since: undefined })
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

/** Comes back where it was: at once after a stream that lasted, ever more slowly where none can be had or each ends as soon as it begins. */
async function keepReading(stream: Stream, first: AsyncIterable<Buffer>): Promise<void> {
  const { clock, signal } = stream
  let answer: AsyncIterable<Buffer> | null = first
  let pause = 0
  while (!signal.aborted) {
    const began = clock.monotonic()
    if (answer !== null) await readAll(stream, answer)
    if (clock.monotonic() - began >= longestPause) pause = 0
    await clock.sleep(pause, signal).catch(() => {})
    pause = Math.min(Math.max(firstPause, pause * 2), longestPause)
    answer = await connect(stream).catch(() => null)
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

function tell({ wakes, log }: Stream, event: EngineEvent): void {
  for (const wake of [...wakes]) {
    try {
      wake(event)
    } catch (error) {
      log.warn({ err: error }, 'a listener of engine events failed')
    }
  }
}
