import { expect, test } from 'vitest'
import { redirectNotice } from '../../../src/deploy/redirect-notice.ts'

const port = 'https://localhost:61100/'
const path = 'https://localhost:8443/runtime/apps/7d1f/'

test.each<[string, string, string, RegExp]>([
  ['another host', port, 'https://login.example.org/start', /leads to another host, login\.example\.org: that was not probed\.$/],
  ['its own host without TLS', port, 'http://localhost:61100/login', /leads to http:\/\/localhost:61100\/login, which is not HTTPS/],
  ['itself', port, 'https://localhost:61100/', /answers 302 and leads to itself/],
  ['itself, relatively', path, './', /leads to itself/],
  ['a path above its own', path, '/login', /leads to \/login, outside of its own path/],
  ['a path that only begins alike', path, '/runtime/apps/7d1f-other/', /outside of its own path/],
])('a redirect to %s is said', (_, base, location, words) => {
  expect(redirectNotice(base, base, { status: 302, location })).toMatch(words)
})

test.each([
  ['no redirect', port, undefined],
  ['one within', port, '/login'],
  ['one within its path', path, '/runtime/apps/7d1f/login?next=%2F'],
  ['one that adds a query', path, 'index.html'],
  ['one that cannot be read', port, 'https://['],
])('nothing is said of %s', (_, base, location) => {
  expect(redirectNotice(base, base, { status: 302, ...(location === undefined ? {} : { location }) })).toBeNull()
})
