import { describe, expect, test } from 'vitest'
import { type Expected, judgeAnswer, lateAnswer } from '../../../src/deploy/judge-answer.ts'
import type { ProbeAttempt } from '../../../src/deploy/record.ts'
import { anAnswer } from './makers.ts'

const expected: Expected = { ref: { deployment: 'a', revision: 1 }, service: 'web', path: '/', below: 400 }
const phases = { dns: 0, tcp: 1, tls: 2, firstByte: null }
const nothing: Partial<ProbeAttempt> = { hop: 'none', status: null, mark: null, phases }

describe('one answer through the proxy', () => {
  test.each([100, 200, 204, 301, 302, 307, 399])('HTTP %i of the app passes (guide: any status code < 400; redirects are reading 20)', (status) => {
    expect(judgeAnswer(anAnswer({ status }), expected)).toEqual({ is: 'passed' })
  })

  test.each([400, 401, 404, 429, 500, 503])('HTTP %i of the app is waited on: it may need a moment', (status) => {
    expect(judgeAnswer(anAnswer({ status, detail: `HTTP ${status} from the app` }), expected)).toEqual({ is: 'waiting', on: `HTTP ${status}` })
  })

  test.each([
    [404, 500, 'passed'],
    [499, 500, 'passed'],
    [500, 500, 'waiting'],
    [302, 300, 'waiting'],
    [299, 300, 'passed'],
  ])('HTTP %i is measured by what the extension expects (below %i): %s', (status, below, is) => {
    const detail = status >= 400 ? `HTTP ${status} from the app` : ''

    expect(judgeAnswer(anAnswer({ status, detail }), { ...expected, below }).is).toBe(is)
  })

  test.each<[string, Partial<ProbeAttempt>, string]>([
    ['nothing', { ...nothing, failed: 'refused', detail: 'connection refused' }, 'connection refused'],
    ['nothing, without a word', { ...nothing, failed: 'closed', detail: '' }, 'an answer'],
    ['the proxy’s own page', { hop: 'proxy', status: 503, detail: 'HTTP 503 from the proxy: starting' }, 'HTTP 503 from the proxy: starting'],
    ['the proxy without a route', { hop: 'proxy', status: 404, mark: null, detail: 'HTTP 404 from the proxy: no route' }, 'HTTP 404 from the proxy: no route'],
    [
      'a proxy that answers 200 by itself',
      { hop: 'proxy', status: 200, detail: 'HTTP 200 without the mark of a route' },
      'HTTP 200 without the mark of a route',
    ],
    ['a backend that refuses', { hop: 'backend', status: 502, detail: 'HTTP 502 from the proxy' }, 'HTTP 502 from the proxy'],
    [
      'an answer that breaks off',
      { failed: 'broke_off', detail: 'HTTP 200 from the app, but the answer broke off' },
      'HTTP 200 from the app, but the answer broke off',
    ],
    ['no HTTP', { status: null, failed: 'no_http', detail: 'it does not speak HTTP' }, 'it does not speak HTTP'],
  ])('%s is no answer of the app', (_, change, on) => {
    expect(judgeAnswer(anAnswer(change), expected)).toEqual({ is: 'waiting', on })
  })

  test.each(['a/2', 'b/1', null])('a good answer with the mark %s of another revision is not taken for this one’s', (mark) => {
    expect(judgeAnswer(anAnswer({ mark }), expected)).toMatchObject({ is: 'waiting', unlessSoon: 'proxy_unreachable' })
  })
})

describe('what the deadline makes of the last answer (reading 32)', () => {
  test.each<[string, Partial<ProbeAttempt>, object]>([
    ['404 of the app', { status: 404, detail: 'HTTP 404 from the app' }, { reason: 'app_status', service: 'web', detail: '404 on /' }],
    ['400 of the app', { status: 400 }, { reason: 'app_status', service: 'web', detail: '400 on /' }],
    ['499 of the app', { status: 499 }, { reason: 'app_status', detail: '499 on /' }],
    ['500 of the app', { status: 500 }, { reason: 'app_error', service: 'web', detail: 'HTTP 500 on /' }],
    ['503 of the app', { status: 503 }, { reason: 'app_error', detail: 'HTTP 503 on /' }],
    [
      'an answer that broke off',
      { failed: 'broke_off', detail: 'HTTP 200 from the app, but the answer broke off' },
      { reason: 'app_error', service: 'web', detail: 'HTTP 200 from the app, but the answer broke off on /' },
    ],
    [
      'no HTTP',
      { status: null, mark: null, failed: 'no_http', detail: 'it does not speak HTTP' },
      { reason: 'app_error', service: 'web', detail: 'it does not speak HTTP on /' },
    ],
    [
      'a backend that refuses',
      { hop: 'backend', status: 502, detail: 'HTTP 502 from the proxy: refused' },
      { reason: 'app_refused', service: 'web', detail: 'after 60 s HTTP 502 from the proxy: refused' },
    ],
    ['a backend that is silent', { hop: 'backend', status: 504, detail: 'HTTP 504 from the proxy' }, { reason: 'app_refused' }],
    [
      'no answer in time',
      { ...nothing, failed: 'timeout', detail: 'no answer within 5 s' },
      { reason: 'probe_timeout', service: 'web', detail: 'after 60 s no answer within 5 s' },
    ],
    [
      'a proxy that refuses',
      { ...nothing, failed: 'refused', detail: 'connection refused', phases: { ...phases, tcp: null, tls: null } },
      { reason: 'proxy_unreachable', detail: 'after 60 s connection refused' },
    ],
    [
      'a proxy that hangs',
      { ...nothing, failed: 'timeout', detail: 'no answer within 5 s', phases: { ...phases, tls: null } },
      { reason: 'proxy_unreachable' },
    ],
    [
      'a wrong certificate',
      { ...nothing, failed: 'certificate', detail: 'certificate expired', phases: { ...phases, tls: null } },
      { reason: 'tls_error', detail: 'certificate expired' },
    ],
    [
      'a refusal whose words begin like a certificate’s',
      { ...nothing, failed: 'refused', detail: 'certificate or TLS, whatever it says', phases: { ...phases, tcp: null, tls: null } },
      { reason: 'proxy_unreachable' },
    ],
    ['no TLS', { ...nothing, failed: 'tls', detail: 'TLS handshake failed', phases: { ...phases, tls: null } }, { reason: 'tls_error' }],
    [
      'the proxy’s own page',
      { hop: 'proxy', status: 503, detail: 'HTTP 503 from the proxy: starting' },
      { reason: 'proxy_unreachable', detail: 'after 60 s HTTP 503 from the proxy: starting' },
    ],
    ['another revision that is well', { mark: 'a/2' }, { reason: 'proxy_unreachable', detail: 'after 60 s another revision answers' }],
    [
      'another revision that is not well',
      { mark: 'a/2', status: 500, detail: 'HTTP 500 from the app' },
      { reason: 'proxy_unreachable', detail: 'after 60 s another revision answers' },
    ],
  ])('%s', (_, change, trouble) => {
    expect(lateAnswer(anAnswer(change), expected, 60_000)).toMatchObject(trouble)
  })

  test('a good status that the extension does not take for one is the app’s status', () => {
    expect(lateAnswer(anAnswer({ status: 302 }), { ...expected, below: 300 }, 60_000)).toMatchObject({ reason: 'app_status', detail: '302 on /' })
  })

  test('quotes the path as the app sees it', () => {
    const trouble = lateAnswer(anAnswer({ status: 404 }), { ...expected, path: '/runtime/apps/a/health' }, 60_000)

    expect(trouble.detail).toBe('404 on /runtime/apps/a/health')
  })
})
