import { createServer } from 'node:net'

/** Binds it for a moment. */
export function tryPort(host: string, port: number): Promise<'free' | 'busy' | 'no such address'> {
  const { promise, resolve } = Promise.withResolvers<'free' | 'busy' | 'no such address'>()
  const server = createServer()
  server.once('error', (error: NodeJS.ErrnoException) => resolve(error.code === 'EADDRNOTAVAIL' ? 'no such address' : 'busy'))
  server.listen({ host, port, exclusive: true }, () => server.close(() => resolve('free')))
  return promise
}
