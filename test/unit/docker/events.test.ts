import { expect, test } from 'vitest'
import { createEvents } from '../../../src/docker/events.ts'
import { keepListening } from '../../../src/docker/keep-listening.ts'
import type { Ask } from '../../../src/engine-api/ask.ts'
import { createFakeClock, type FakeClock } from '../../fakes/clock.ts'

const log = { warn: () => {} }

/** An engine whose streams of events say nothing and last so long; it notes when it was asked for one. */
function anEngine(clock: FakeClock, lasts: number): { ask: Ask; asked: number[] } {
  const asked: number[] = []
  const silence = async function* (signal: AbortSignal | undefined): AsyncGenerator<Buffer> {
    if (lasts > 0) await clock.sleep(lasts, signal)
    yield Buffer.alloc(0)
  }
  const stream: Ask['stream'] = async ({ signal }) => {
    signal?.throwIfAborted()
    asked.push(clock.monotonic())
    return silence(signal)
  }
  const nothing = () => Promise.reject(new Error('only streams are asked for'))
  return { ask: Object.assign(nothing, { stream, version: nothing }), asked }
}

test('a stream of events that ends as soon as it begins is asked for less and less often', async () => {
  const clock = createFakeClock({ auto: false })
  const { ask, asked } = anEngine(clock, 0)

  const stop = await createEvents({ ask, instance: 'i', clock, log })(() => {})
  await clock.advance(3_600)
  stop()

  expect(asked).toEqual([0, 0, 50, 150, 350, 750, 1_550, 2_550, 3_550])
})

test('one that ends after a while is asked for again at once, and everything is to be looked at anew', async () => {
  const clock = createFakeClock({ auto: false })
  const { ask, asked } = anEngine(clock, 60_000)
  const heard: string[] = []

  const stop = await createEvents({ ask, instance: 'i', clock, log })(({ is }) => heard.push(is))
  await clock.advance(130_000)
  stop()

  expect(asked).toEqual([0, 60_000, 120_000])
  expect(heard).toEqual(['gap', 'gap'])
})

test('an engine that cannot be listened to yet is tried until it can, or nobody wants to any more', async () => {
  const clock = createFakeClock({ auto: false })
  const tries: number[] = []
  const listen = () => {
    tries.push(clock.monotonic())
    return Promise.reject(new Error('no engine'))
  }

  const stop = keepListening({ listen }, { clock, log })
  await clock.advance(700)
  stop()
  await clock.advance(60_000)

  expect(tries).toEqual([0, 100, 300, 700])
})
