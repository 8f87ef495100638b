import type { Clock, Ports } from '../../../src/deploy/ports.ts'

export interface Dying {
  /** What the process is given: after its death nothing comes back any more. */
  through(ports: Ports): Ports
  /** Resolves at its death, with the call that it died in. */
  dead: Promise<string>
}

/** Ports of a process that dies when its n-th call of the engine, the record, the proxy or the disk is done, before it hears of it. */
export function dyingAt(call: number): Dying {
  const over = Promise.withResolvers<string>()
  let calls = 0
  let isDead = false

  const wrapped = (name: string, make: Call): Call => {
    return async (...given) => {
      if (isDead) return never()
      calls += 1
      if (calls !== call) return stillAlive(make(...given))
      await make(...given).catch(() => {})
      isDead = true
      over.resolve(name)
      return never()
    }
  }

  const stillAlive = async <T>(promise: Promise<T>): Promise<T> => {
    const result = await promise.then(
      (value) => () => value,
      (error) => () => {
        throw error
      },
    )
    return isDead ? never() : result()
  }

  const all = <T extends object>(port: T, room: string, plain: string[]): T => {
    const methods = Object.entries(port).map(([name, value]) => [
      name,
      typeof value === 'function' && !plain.includes(name) ? wrapped(`${room}.${name}`, value) : value,
    ])
    return Object.fromEntries(methods)
  }

  return {
    dead: over.promise,
    through: ({ engine, store, proxy, extensions, clock }) => ({
      engine: { ...all(engine, 'engine', ['listen']), listen: async (wake) => engine.listen((event) => (isDead ? undefined : wake(event))) },
      store: all(store, 'store', ['follow']),
      proxy: all(proxy, 'proxy', ['url', 'ports', 'served', 'published']),
      extensions: all(extensions, 'extensions', ['images', 'subnetSizes', 'defaultNetwork', 'rewrite']),
      clock: { ...clock, sleep: (ms, signal) => stillAlive(clock.sleep(ms, signal)) } satisfies Clock,
    }),
  }
}

type Call = (...given: unknown[]) => Promise<unknown>

function never(): Promise<never> {
  return new Promise(() => {})
}
