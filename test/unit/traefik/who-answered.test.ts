import { describe, expect, test } from 'vitest'
import { whoAnswered } from '../../../src/traefik/who-answered.ts'

const mark = { 'x-torii-revision': 'id/1' }
const plain = { 'content-type': 'text/plain; charset=utf-8', 'content-length': '11', date: 'today' }

describe('who answered', () => {
  test.each([
    ['no router', 404, { ...plain, 'x-content-type-options': 'nosniff' }, '404 page not found\n', 'proxy', 'HTTP 404 from the proxy: no route'],
    ['a strange answer without our mark', 200, { server: 'nginx' }, 'welcome', 'proxy', 'HTTP 200 without the mark of a route'],
    ['our starting page', 503, { ...mark, 'x-torii-proxy': 'starting', 'content-type': 'text/html' }, '<p>', 'proxy', 'HTTP 503 from the proxy: starting'],
    ['a route without a backend', 503, { ...mark, ...plain }, 'no available server\n', 'proxy', 'HTTP 503 from the proxy: no address to lead to'],
    [
      'a backend that refuses',
      502,
      { ...mark, ...plain },
      'Bad Gateway',
      'backend',
      'HTTP 502 from the proxy: the app’s address refuses or drops the connection',
    ],
    ['a backend that does not answer', 504, { ...mark, ...plain }, 'Gateway Timeout', 'backend', 'HTTP 504 from the proxy: the app’s address does not answer'],
    ['the app’s own 502 with another word', 502, { ...mark, ...plain }, 'Bad Gateway!', 'app', 'HTTP 502 from the app'],
    ['the app’s own 502 with a header of its own', 502, { ...mark, ...plain, server: 'uvicorn' }, 'Bad Gateway', 'app', 'HTTP 502 from the app'],
    ['the app’s own 502 of another type', 502, { ...mark, 'content-type': 'text/html' }, 'Bad Gateway', 'app', 'HTTP 502 from the app'],
    ['the app’s own 503', 503, { ...mark, ...plain, 'retry-after': '1' }, 'no available server', 'app', 'HTTP 503 from the app'],
    ['the app’s own 404, in Go’s words', 404, { ...mark, ...plain }, '404 page not found\n', 'app', 'HTTP 404 from the app'],
    ['a 500 without a sign of the app', 500, { ...mark, ...plain }, 'Internal Server Error', 'app', 'HTTP 500 from the app, or what it sent is no HTTP'],
    ['the 500 of a framework', 500, { ...mark, ...plain, server: 'uvicorn' }, 'Internal Server Error', 'app', 'HTTP 500 from the app'],
    ['a success', 204, mark, '', 'app', ''],
    ['a redirect', 302, { ...mark, location: '/login' }, '', 'app', ''],
  ] as const)('%s', (_, status, headers, body, hop, detail) => {
    expect(whoAnswered({ status, headers, body, cut: null })).toEqual({ hop, failed: null, detail, mark: 'x-torii-revision' in headers ? 'id/1' : null })
  })
})
