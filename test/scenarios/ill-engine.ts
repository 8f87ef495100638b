import { createServer, request } from 'node:http'
import type { Socket } from 'node:net'

/** The engine behind a socket of its own, which answers every question with an error as long as it is ill. */
export interface IllEngine extends AsyncDisposable {
  ill: boolean
}

export async function anIllEngine(path: string, words: string): Promise<IllEngine> {
  const visitors = new Set<Socket>()
  const server = createServer((asked, answer) => {
    if (engine.ill) return void answer.writeHead(500, { 'content-type': 'application/json' }).end(JSON.stringify({ message: words }))
    const { url, method, headers } = asked
    const asking = request({ socketPath: '/var/run/docker.sock', path: url, method, headers }, (answered) => {
      answer.writeHead(answered.statusCode ?? 502, answered.headers)
      answer.flushHeaders()
      answered.pipe(answer)
    })
    asking.on('error', () => answer.destroy())
    answer.on('close', () => asking.destroy())
    asked.pipe(asking)
  })
  server.on('connection', (visitor: Socket) => visitors.add(visitor.on('close', () => visitors.delete(visitor))))
  await new Promise<void>((resolve) => server.listen(path, resolve))
  const engine: IllEngine = {
    ill: false,
    [Symbol.asyncDispose]: async () => {
      for (const visitor of visitors) visitor.destroy()
      await new Promise((resolve) => server.close(resolve))
    },
  }
  return engine
}
