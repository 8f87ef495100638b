import { PassThrough } from 'node:stream'
import { setImmediate } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { paced } from '../../../src/server/paced.ts'
import { unpack } from '../../../src/uploads/unpack.ts'
import { createFakeClock } from '../../fakes/clock.ts'
import { aPlace, archive, limits } from '../uploads/archives.ts'

const pace = { least: 100, within: 1_000 }

/** Reads the body; what came is in `came`. */
function reading(deal: () => Promise<unknown> = async () => {}) {
  const [body, clock, came] = [new PassThrough(), createFakeClock({ auto: false }), [] as number[]]
  const ended = (async () => {
    for await (const piece of paced(body, pace, clock)) {
      came.push(piece.byteLength)
      await deal()
    }
  })()
  ended.catch(() => {})
  const send = async (bytes: number) => {
    const before = came.length
    body.write(Buffer.alloc(bytes))
    while (came.length === before) await setImmediate()
    await setImmediate()
  }
  return { body, clock, ended, send }
}

test('a body that comes on is read to its end, however long it takes', async () => {
  const { body, clock, ended, send } = reading()
  for (let turn = 0; turn < 50; turn++) {
    await send(100)
    await clock.advance(1_000)
  }
  body.end()

  await ended
})

test('one that is too slow is given up, and stays open to be answered', async () => {
  const { body, clock, ended, send } = reading()
  await send(100)
  await clock.advance(1_000)
  await send(99)
  await clock.advance(1_000)

  await expect(ended).rejects.toThrow('request_timeout')
  expect(body.destroyed).toBe(false)
})

test('when what comes is refused nothing watches over the sender any more', async () => {
  const [body, clock] = [new PassThrough(), createFakeClock({ auto: false })]
  let asleep = 0
  const watching = {
    ...clock,
    sleep: async (ms: number, signal?: AbortSignal) => {
      asleep++
      await clock.sleep(ms, signal).finally(() => asleep--)
    },
  }
  body.write(archive({ name: '../x' }))

  await expect(unpack(paced(body, pace, watching), aPlace(), limits)).rejects.toThrow('climbs out')

  await setImmediate()
  expect([asleep, body.destroyed]).toEqual([0, false])
})

test('what the reader takes for itself is not the sender’s fault', async () => {
  const disk = Promise.withResolvers<void>()
  const { body, clock, ended, send } = reading(() => disk.promise)
  await send(1)
  await clock.advance(60_000)
  disk.resolve()
  body.end()

  await ended
})
