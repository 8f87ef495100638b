import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { text } from 'node:stream/consumers'
import { setImmediate } from 'node:timers/promises'

/** Looks again each time the event loop has gone round; a test that waits in vain ends by its own timeout. */
export async function until(happened: () => boolean): Promise<void> {
  while (!happened()) await setImmediate()
}

/** A connection whose answer has begun, and is not read any further. */
export async function stalledReader({ port, token }: { port: number; token: string }, path: string): Promise<Socket> {
  const socket = await opened(port)
  socket.write(`GET ${path} HTTP/1.1\r\nHost: localhost:${port}\r\nAuthorization: Bearer ${token}\r\n\r\n`)
  await once(socket, 'data')
  socket.pause()
  socket.on('error', () => {})
  return socket
}

/** What is answered to exactly these bytes, until the server closes. */
export async function answerTo(port: number, bytes: string | Buffer): Promise<string> {
  const socket = await opened(port)
  socket.write(bytes)
  return text(socket)
}

export async function opened(port: number): Promise<Socket> {
  const socket = connect(port, '127.0.0.1')
  await once(socket, 'connect')
  return socket
}
