/** Gives a line to whoever asks. Its health is that it answers: there is nothing else to check. */

import { createServer } from 'node:http'
import { health } from 'torii/health'

const quotes = [
  'Simplicity is prerequisite for reliability.',
  'Beware of bugs in the above code; I have only proved it correct, not tried it.',
  'Premature optimization is the root of all evil.',
]
const endpoint = health()

const server = createServer((request, response) => {
  if (request.url === '/health') return endpoint.handler(request, response)
  const quote = quotes[Math.floor(Math.random() * quotes.length)]
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ quote }))
})

process.once('SIGTERM', () => {
  endpoint.drain()
  server.close()
  server.closeIdleConnections()
})

server.listen(3000, '0.0.0.0', () => console.log('listening on port 3000'))
