import type { Clock } from '../../src/deploy/ports.ts'

export interface FakeClock extends Clock {
  /** Rings once, `ms` from now. Nobody waits for it: by itself it does not make time pass. */
  alarm(ms: number, ring: () => void): () => void
  /** Lets this much time pass, ringing and waking in order. */
  advance(ms: number): Promise<void>
}

interface Alarm {
  at: number
  ring: () => void
  /** A sleeper's: time may jump to it. */
  awaited: boolean
}

/**
 * Time for tests. In auto mode it passes by itself: when everything has come to rest and somebody sleeps, it jumps to whatever
 * rings first. Work that is not promises alone (files, sockets) is not seen as work.
 */
export function createFakeClock({ auto = true, startsAt = Date.UTC(2026, 0, 1) }: { auto?: boolean; startsAt?: number } = {}): FakeClock {
  let time = 0
  let jumping = false
  const alarms = new Set<Alarm>()

  const set = (ms: number, ring: () => void, awaited: boolean): (() => void) => {
    const alarm = { at: time + Math.max(0, ms), ring, awaited }
    alarms.add(alarm)
    if (awaited) jumpSoon()
    return () => alarms.delete(alarm)
  }

  const first = (): Alarm | undefined => [...alarms].reduce<Alarm | undefined>((best, each) => (best && best.at <= each.at ? best : each), undefined)

  const ringFirst = (): void => {
    const alarm = first()
    if (!alarm) return
    alarms.delete(alarm)
    time = alarm.at
    alarm.ring()
  }

  const jumpSoon = (): void => {
    if (!auto || jumping) return
    jumping = true
    void rest().then(() => {
      jumping = false
      if (![...alarms].some((alarm) => alarm.awaited)) return
      ringFirst()
      jumpSoon()
    })
  }

  return {
    now: () => startsAt + time,
    monotonic: () => time,
    sleep: (ms, signal) => sleeping(ms, signal, set),
    alarm: (ms, ring) => set(ms, ring, false),
    advance: async (ms) => {
      const end = time + ms
      await rest()
      while ((first()?.at ?? Number.POSITIVE_INFINITY) <= end) {
        ringFirst()
        await rest()
      }
      time = Math.max(time, end)
    },
  }
}

function sleeping(ms: number, signal: AbortSignal | undefined, set: (ms: number, ring: () => void, awaited: boolean) => () => void): Promise<void> {
  if (signal?.aborted) return Promise.reject(signal.reason)
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  const cancel = () => {
    unset()
    reject(signal?.reason)
  }
  const unset = set(
    ms,
    () => {
      signal?.removeEventListener('abort', cancel)
      resolve()
    },
    true,
  )
  signal?.addEventListener('abort', cancel, { once: true })
  return promise
}

/** Resolves when every promise that could go on has gone on. */
function rest(): Promise<void> {
  return new Promise((resolve) => setImmediate(() => setImmediate(resolve)))
}
