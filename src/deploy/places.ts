/** A few places for many: who finds none waits, in the order they came, and leaves the queue when called off. */
export interface Places {
  take(signal: AbortSignal): Promise<Disposable>
  /** How many wait. */
  waiting(): number
}

export function createPlaces(count: number): Places {
  let free = count
  const waiting = new Set<() => void>()
  const give = () => {
    const [next] = waiting
    if (next === undefined) free += 1
    else next()
  }
  const place = (): Disposable => {
    let held = true
    return {
      [Symbol.dispose]: () => {
        if (held) give()
        held = false
      },
    }
  }
  return {
    waiting: () => waiting.size,
    take: async (signal) => {
      signal.throwIfAborted()
      if (free > 0) {
        free -= 1
        return place()
      }
      const { promise, resolve, reject } = Promise.withResolvers<Disposable>()
      const enter = () => {
        leave()
        resolve(place())
      }
      const calledOff = () => {
        leave()
        reject(signal.reason)
      }
      const leave = () => {
        waiting.delete(enter)
        signal.removeEventListener('abort', calledOff)
      }
      waiting.add(enter)
      signal.addEventListener('abort', calledOff, { once: true })
      return promise
    },
  }
}
