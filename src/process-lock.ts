import { createServer, type Server } from 'node:net'
import type { Clock } from './deploy/ports.ts'

const patience = 40_000
const lookEvery = 20

/** Whoever holds the lock has not given it back within 40 s. */
export class LockTimeout extends Error {
  constructor(name: string) {
    super(`another process has held the lock ${name} for too long`)
    this.name = 'LockTimeout'
  }
}

/**
 * Runs `work` while no other process of this machine runs its own under that name. The lock is a socket without a file (Linux): the
 * kernel gives it back however its holder ends. Rejects with LockTimeout.
 */
export async function oneAtATime<T>(name: string, clock: Clock, work: () => Promise<T>): Promise<T> {
  const lock = await taken(`\0${name}`, clock)
  try {
    return await work()
  } finally {
    lock.close()
  }
}

async function taken(path: string, clock: Clock): Promise<Server> {
  const end = clock.monotonic() + patience
  for (;;) {
    const lock = await listening(path)
    if (lock) return lock
    if (clock.monotonic() >= end) throw new LockTimeout(path.slice(1))
    await clock.sleep(lookEvery)
  }
}

/** null: somebody else holds it. */
function listening(path: string): Promise<Server | null> {
  const { promise, resolve, reject } = Promise.withResolvers<Server | null>()
  const server = createServer((socket) => socket.destroy())
  server.once('error', (error: NodeJS.ErrnoException) => (error.code === 'EADDRINUSE' ? resolve(null) : reject(error)))
  server.listen({ path }, () => resolve(server))
  return promise
}
