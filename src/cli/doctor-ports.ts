import { createServer } from 'node:net'

/** Those of the ports that cannot be bound. */
export async function busyPorts(ports: number[], host: string): Promise<number[]> {
  const busy = await Promise.all(ports.map((port) => isBusy(port, host)))
  return ports.filter((_, at) => busy[at])
}

function isBusy(port: number, host: string): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>()
  const server = createServer()
  server.once('error', () => resolve(true))
  server.listen({ port, host }, () => server.close(() => resolve(false)))
  return promise
}
