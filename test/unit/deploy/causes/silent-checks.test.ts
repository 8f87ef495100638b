import { expect, test } from 'vitest'
import { findCauses } from '../../../../src/deploy/causes/find-causes.ts'
import { aCase, type Told } from './a-case.ts'

const node = (url: string) => ['node', '-e', `fetch('${url}').then(r=>process.exit(r.ok?0:1),()=>process.exit(1))`]
const silent = (check: string | string[], more: Partial<Told>): Told => ({
  reason: 'container_unhealthy',
  check,
  attempts: [
    [1, ''],
    [1, ''],
  ],
  ...more,
})
const answers = (path: string, status: number, port = 8000) => ({ url: `http://10.213.0.18:${port}${path}`, status })

// As they are fed by Docker 26.1.5: a check that prints nothing, the sockets, the answers to the same question.
test.each<[string, Told, RegExp, RegExp]>([
  [
    'check-asks-other-port',
    silent(node('http://localhost:8000/health'), { sockets: ['[::]:3001'] }),
    /asks port 8000, but web listens on port 3001/,
    /fetch\('http:\/\/localhost:3001\/health'\)/,
  ],
  [
    'check-asks-other-port',
    silent('curl -sf http://localhost/health || exit 1', { sockets: ['0.0.0.0:3001'] }),
    /asks port 80, but web listens on port 3001/,
    /http:\/\/localhost:3001\/health/,
  ],
  [
    'check-path-missing',
    silent(node('http://localhost:8000/health'), { sockets: ['[::]:8000'], asked: [answers('/health', 404), answers('/healthz', 200)] }),
    /asks \/health, which web answers with 404/,
    /localhost:8000\/healthz'/,
  ],
  [
    'check-path-missing',
    silent('curl -sf http://localhost:8000 || exit 1', { sockets: ['0.0.0.0:8000'], asked: [answers('/', 404), answers('/health', 200)] }),
    /asks \/, which web answers with 404/,
    /"curl -sf http:\/\/localhost:8000\/health \|\| exit 1"/,
  ],
  [
    'check-path-missing',
    silent('curl -sf http://localhost:8000/ || exit 1', { sockets: ['0.0.0.0:8000'], asked: [answers('/', 404), answers('/health', 200)] }),
    /asks \//,
    /"curl -sf http:\/\/localhost:8000\/health \|\| exit 1"/,
  ],
  [
    'check-refused-by-status',
    silent('curl -sf http://localhost:8000/health || exit 1', { sockets: ['0.0.0.0:8000'], asked: [answers('/health', 503)] }),
    /answers its own health check with 503 on \/health/,
    /Correct what makes web answer 503/,
  ],
  [
    'check-127-but-ipv6-only',
    silent(node('http://127.0.0.1:8000/'), { sockets: ['[::1]:8000'] }),
    /asks 127\.0\.0\.1, but web listens on `::1` only/,
    /listen on 0\.0\.0\.0/,
  ],
])('a check that prints nothing is explained by what listens and answers: %s', (id, told, sentence, fix) => {
  const { causes, trouble } = findCauses(aCase(told))

  expect(causes.map((cause) => cause.id)).toEqual([id])
  expect(trouble.detail).toMatch(sentence)
  expect(trouble.fix).toMatch(fix)
  expect(causes[0]?.evidence.join()).toMatch(/printed nothing and ended with exit code 1/)
})

test.each<[string, Told]>([
  ['its own question is answered', silent(node('http://localhost:8000/health'), { sockets: ['0.0.0.0:8000'], asked: [answers('/health', 200)] })],
  ['another port answers 404', silent(node('http://localhost:8000/health'), { sockets: ['0.0.0.0:8000'], asked: [answers('/health', 404, 9000)] })],
  ['another path answers 404', silent(node('http://localhost:8000/health'), { sockets: ['0.0.0.0:8000'], asked: [answers('/', 404)] })],
  ['it asks over TLS', silent('curl -skf https://localhost:8000/health', { sockets: ['0.0.0.0:8000'], asked: [answers('/health', 400)] })],
  ['the host alone may be refused', silent('curl -sf http://localhost:8000/health', { sockets: ['0.0.0.0:8000'], asked: [answers('/health', 400)] })],
  ['nothing was seen', silent(node('http://localhost:8000/health'), { sockets: null })],
])('a check that prints nothing proves nothing where %s', (_, told) => {
  const { causes } = findCauses(aCase(told))

  expect(causes.filter(({ tellsApart }) => tellsApart === null)).toEqual([])
})
