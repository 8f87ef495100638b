import { rm } from 'node:fs/promises'
import { createServer, type ListenOptions, connect as open, type Socket, type TcpNetConnectOpts } from 'node:net'
import { pipeline } from 'node:stream/promises'
import { realClock } from '../../src/clock.ts'

/** Stands in front of a server of this machine; whoever closes it cuts all who are in it. */
export interface Door extends AsyncDisposable {
  /** Bytes a second that one connection lets through of the answers; a change is felt within a fraction of a second. */
  rate: number
}

const tick = 20

/** In front of a TCP port. */
export function aDoor({ port, to, rate }: { port: number; to: number; rate: number }): Promise<Door> {
  return doorOf({ host: '127.0.0.1', port }, { host: '127.0.0.1', port: to }, rate)
}

/** In front of the engine's socket. */
export async function aSocketDoor(path: string): Promise<Door> {
  await rm(path, { force: true })
  return doorOf({ path }, { path: '/var/run/docker.sock' }, Number.POSITIVE_INFINITY)
}

async function doorOf(here: ListenOptions, there: TcpNetConnectOpts | { path: string }, rate: number): Promise<Door> {
  const sockets = new Set<Socket>()
  const server = createServer({ allowHalfOpen: true }, (visitor) => {
    const house = open({ ...there, allowHalfOpen: true })
    for (const socket of [visitor, house]) sockets.add(socket.on('error', () => {}).on('close', () => sockets.delete(socket)))
    // Not as a pipeline: one that goes would take what is still on its way to the visitor with it.
    visitor.pipe(house)
    pipeline(house, slowly, visitor).catch(() => house.destroy())
    visitor.on('close', () => house.destroy())
  })
  const door = {
    rate,
    [Symbol.asyncDispose]: async () => {
      for (const socket of sockets) socket.destroy()
      await new Promise((resolve) => server.close(resolve))
    },
  }
  async function* slowly(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    for await (const chunk of chunks) {
      if (Number.isFinite(door.rate)) for (let due = chunk.length; due > 0; due -= (door.rate * tick) / 1000) await realClock.sleep(tick)
      yield chunk
    }
  }
  await new Promise<void>((resolve) => server.listen(here, resolve))
  server.unref()
  return door
}
