import { expect, test } from 'vitest'
import { asAnswered } from '../../../../src/deploy/as-answered.ts'
import { findCauses } from '../../../../src/deploy/causes/find-causes.ts'
import type { StoredAttempt } from '../../../../src/deploy/ports.ts'
import type { ContainerEvidence, Evidence } from '../../../../src/deploy/record.ts'
import { anAnswer, aPlan, aRevision, stamp } from '../makers.ts'
import { aCase, type Told } from './a-case.ts'

const at = (address: string, path: string, status: number) => ({ url: `http://10.213.0.${address}:8000${path}`, status })
const replica = (number: number, more: Partial<ContainerEvidence> = {}): ContainerEvidence => ({
  ...{ service: 'web', replica: number, id: `c${number}`, state: 'running', exitCode: null, oomKilled: false, restartCount: 0, health: 'healthy', error: '' },
  ...{ logs: '', verdict: 'passed', detail: '', addresses: [`10.213.0.${17 + number}`] },
  ...more,
})
const three = { containers: [replica(1), replica(2), replica(3, { logs: 'cannot take the lock\n' })] }
const proxied = (status: number) => [{ status, detail: `HTTP ${status} from the app` }]
const facts = { user: '', entrypoint: [], command: [], platform: null, memoryLimit: 0, restart: 'no', settings: {} }

test.each<[string, Told, RegExp, RegExp]>([
  [
    'one-replica-differs',
    {
      reason: 'app_error',
      detail: 'HTTP 500 on /',
      probes: proxied(500),
      asked: [at('18', '/', 200), at('19', '/', 200), at('20', '/', 500), at('18', '/health', 200), at('20', '/health', 500)],
      evidence: three,
    },
    /^web\/3 answers 500 on \/, while web\/1 and web\/2 answer 200 \(HTTP 500 on \/\)$/,
    /makes web\/3 fail where the others work/,
  ],
  [
    'one-replica-differs',
    { reason: 'app_status', detail: '404 on /', probes: proxied(404), asked: [at('18', '/', 200), at('19', '/', 404), at('20', '/', 404)], evidence: three },
    /^404 on \/, which only web\/2 and web\/3 do, while web\/1 answers 200$/,
    /replicas: 1/,
  ],
  [
    'proxied-refused',
    { reason: 'app_status', detail: '400 on /', probes: proxied(400), asked: [at('18', '/', 200), at('18', '/health', 200)] },
    /the same path answers 200 when web is asked directly: what differs is the host and the X-Forwarded- headers/,
    /ALLOWED_HOSTS/,
  ],
  [
    'host-not-allowed',
    {
      ...{ reason: 'app_status', detail: '400 on /', check: 'curl -f http://localhost:8000/health', probes: proxied(400) },
      asked: [at('18', '/', 400), at('18', '/health', 400)],
      seen: { health: 'healthy', verdict: 'passed', facts: { ...facts, settings: { DJANGO_ALLOWED_HOSTS: 'localhost' } } },
    },
    /answers only for hosts it was told of: its own check, which calls it localhost, is answered/,
    /under `services: web: environment:`, write `DJANGO_ALLOWED_HOSTS: "\*"`/,
  ],
  [
    'upstream-fails',
    {
      ...{ reason: 'app_error', detail: 'HTTP 502 on /', probes: proxied(502), asked: [{ ...at('18', '/', 502), body: '<h1>502 Bad Gateway</h1>' }] },
      seen: { logs: '2026/11/29 [error] connect() failed (111: Connection refused) while connecting to upstream, upstream: "http://127.0.0.1:9000/"' },
    },
    /web passes requests on, and http:\/\/127\.0\.0\.1:9000\/ does not answer/,
    /localhost is web itself/,
  ],
])('%s: what it says and what to do', (id, told, sentence, fix) => {
  const { causes, trouble } = findCauses(aCase(told))

  expect(causes.map((cause) => cause.id)).toEqual([id])
  expect(trouble.detail).toMatch(sentence)
  expect(trouble.fix).toMatch(fix)
})

test.each<[string, Told]>([
  [
    'a refusal to everybody',
    { reason: 'app_status', probes: proxied(403), check: 'curl -f http://localhost:8000/', asked: [at('18', '/', 403)], seen: { health: 'healthy' } },
  ],
  ['400 on every path', { reason: 'app_status', probes: proxied(400), asked: [at('18', '/', 400), at('18', '/health', 400)] }],
  ['a maintenance page', { reason: 'app_error', probes: proxied(503), asked: [{ ...at('18', '/', 503), body: 'back at nine' }] }],
])('nothing is certain of %s', (_, told) => {
  expect(findCauses(aCase(told)).causes.filter(({ tellsApart, id }) => tellsApart === null && id !== 'wants-login')).toEqual([])
})

const asked = (begun: Record<string, number>, seen: Partial<ContainerEvidence>) => {
  const told = aCase({ reason: 'app_refused', sockets: ['0.0.0.0:8000'], probes: [{ hop: 'backend', status: 502 }], asked: [{ failed: 'closed' }], seen })
  return findCauses({ ...told, revision: { ...told.revision, begun } })
}
const traceback = 'listening\nTraceback (most recent call last):\n  File "/app/a.py", line 7, in f\nKeyError: \'user\'\nlistening'

test('an app that ends while it is asked is said to, with what it ended by, although it runs again', () => {
  const { trouble, causes } = asked({ candidate: Date.parse(stamp) - 10_000 }, { restartCount: 1, ran: 2000, logs: traceback })

  expect(causes.map(({ id }) => id)).toEqual(['restarts-meanwhile'])
  expect(trouble.detail).toMatch(/web ended while it was asked and was restarted, 1 time so far: KeyError: 'user'/)
})

test('restarts from before the first question are not blamed for the answers', () => {
  const { causes } = asked({ candidate: Date.parse(stamp) - 10_000 }, { restartCount: 3, ran: 60_000, logs: traceback })

  expect(causes.map(({ id }) => id)).toEqual(['closes-without-answer'])
})

const route = { service: 'web', port: 8000, address: null }
const probes = (status: number, mark: string): StoredAttempt[] => [
  { of: { is: 'probe', route: 'port', url: 'https://localhost:61100/' }, total: 1, kept: [anAnswer({ hop: 'backend', status, mark })] },
]
const seen = (status: number | null): Evidence => ({
  ...{ at: stamp, containers: [] },
  asked: [{ ...at('18', '/', status ?? 0), status, failed: status === null ? 'closed' : null, detail: '', location: null, body: '', ms: 1 }],
})

test.each<[string, 'proxy_unreachable' | 'app_refused', number | null, number, string]>([
  ['a 502 that the container gives itself', 'app_refused', 502, 502, 'app_error'],
  ['a 503 that the container gives itself', 'proxy_unreachable', 503, 503, 'app_error'],
  ['a connection that the container closes', 'app_refused', null, 502, 'app_refused'],
  ['a container that answers well', 'proxy_unreachable', 200, 503, 'proxy_unreachable'],
])('whose an answer is, is asked past the proxy: %s', (_, reason, own, status, expected) => {
  const revision = aRevision({ plan: aPlan({ route }) })
  const trouble = asAnswered({ reason, detail: 'x' }, seen(own), revision, probes(status, `${revision.deployment}/${revision.revision}`))

  expect(trouble).toMatchObject({ reason: expected, ...(expected === 'app_error' && { service: 'web', detail: `HTTP ${status} on /` }) })
})

test('two causes of one answer come after what was answered', () => {
  const { trouble } = findCauses(
    aCase({ reason: 'app_status', detail: '400 on /', probes: proxied(400), asked: [at('18', '/', 400), at('18', '/health', 400)] }),
  )

  expect(trouble.detail).toBe(
    '400 on /, most likely because it answers only for hosts it was told of: every other path gets the same answer; or for a reason that only its log may tell',
  )
})
