/** The page people see. Without its database it is ill; without its quotes it is a page with less on it. */

import { createServer } from 'node:http'
import { health } from 'torii/health'
import { page } from './page.js'
import { openVisits } from './visits.js'

const quotesUrl = process.env.QUOTES_URL ?? 'http://quotes:3000'
const visits = openVisits(process.env.DATABASE_FILE ?? 'data/visits.db')

const endpoint = health(
  {
    database: () => visits.count(),
    quotes: { check: (signal) => fetch(`${quotesUrl}/health`, { signal }), critical: false },
  },
  // The answer names the failure in a word or two. The whole of it is for the log.
  { onFailure: ({ check, error }) => console.error(`health: ${check} failed:`, error) },
)

const server = createServer((request, response) => {
  const [path] = (request.url ?? '/').split('?')
  if (path === '/health') endpoint.handler(request, response)
  else if (path === '/') void answerPage(response)
  else response.writeHead(404).end()
})

async function answerPage(response) {
  try {
    const html = page({ visits: visits.add(), quote: await askQuote() })
    response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end(html)
  } catch (error) {
    console.error('the page failed:', error)
    response.writeHead(503).end()
  }
}

async function askQuote() {
  try {
    const answer = await fetch(quotesUrl, { signal: AbortSignal.timeout(2000) })
    return answer.ok ? (await answer.json()).quote : null
  } catch {
    return null
  }
}

// As process 1 a container's program gets no default action for SIGTERM. Nobody new is sent here while the last ones are served.
process.once('SIGTERM', () => {
  endpoint.drain()
  server.close(() => visits.close())
  server.closeIdleConnections()
})

server.listen(3000, '0.0.0.0', () => console.log('listening on port 3000'))
