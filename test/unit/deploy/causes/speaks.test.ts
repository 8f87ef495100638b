import { expect, test } from 'vitest'
import { findCauses } from '../../../../src/deploy/causes/find-causes.ts'
import { failureOf } from '../../../../src/deploy/failure.ts'
import { aCase, type Told } from './a-case.ts'

const closed = { failed: 'closed', detail: 'connection closed without an answer' } as const
const noHttp = { failed: 'no_http', detail: 'the answer is no HTTP: Parse Error: Expected HTTP/' } as const
const refused = (sockets: string[], told: Partial<Told> = {}): Told => ({ reason: 'app_refused', sockets, probes: [{ hop: 'backend', status: 502 }], ...told })
const on = (port: number, status: number) => ({ url: `http://10.213.0.18:${port}/`, status })
const gone = { failed: 'refused', detail: 'connection refused' } as const

test.each<[string, Told, RegExp, RegExp]>([
  [
    'speaks-https',
    refused(['0.0.0.0:8000'], { asked: [{ ...closed, tls: true }] }),
    /web speaks HTTPS on port 8000/,
    /plain HTTP on port 8000: TLS ends at the proxy\.$/,
  ],
  ['speaks-https', refused(['0.0.0.0:8000', '0.0.0.0:8080'], { asked: [{ ...closed, tls: true }] }), /speaks HTTPS/, /x-torii: \{port: 8080\}/],
  [
    'speaks-https',
    { reason: 'app_status', probes: [{ status: 400 }], asked: [{ status: 400, body: '400 The plain HTTP request was sent to HTTPS port' }] },
    /speaks HTTPS on port 8000/,
    /TLS ends at the proxy/,
  ],
  [
    'wrong-service-routed',
    refused(['0.0.0.0:8000'], {
      asked: [closed],
      planned: { image: 'postgres:17' },
      others: [
        { name: 'cache', image: 'redis', hasPort: true },
        { name: 'site', hasPort: true },
      ],
    }),
    /the public address leads to web, which speaks no HTTP on port 8000, while site could be meant/,
    /^In the Compose file, under `services: site:`, write `x-torii: \{primary: true\}`\.$/,
  ],
  [
    'wrong-service-routed',
    {
      reason: 'app_error',
      detail: 'HTTP 500 on /',
      probes: [{ status: 500 }],
      asked: [noHttp],
      planned: { image: 'docker.io/library/redis:8' },
      others: [{ name: 'site', hasPort: true }],
    },
    /site could be meant/,
    /services: site:/,
  ],
  [
    'speaks-no-http',
    { reason: 'app_error', detail: 'HTTP 500 on /', probes: [{ status: 500 }], asked: [noHttp], sockets: ['0.0.0.0:8000', '0.0.0.0:8025'] },
    /what web sends on port 8000 is no HTTP \(HTTP 500 on \/\)/,
    /x-torii: \{port: 8025\}/,
  ],
  [
    'closes-without-answer',
    refused(['0.0.0.0:8000'], { asked: [closed], others: [{ name: 'site', hasPort: true }] }),
    /closes the connection/,
    /torii logs hello web/,
  ],
  [
    'listens-on-loopback',
    refused(['127.0.0.1:8000', '0.0.0.0:8081'], { asked: [gone] }),
    /listens on 127\.0\.0\.1 only with port 8000 \(port 8081 is open to all\)/,
    /listen on 0\.0\.0\.0.*or route to what it opens to all: .*x-torii: \{port: 8081\}/,
  ],
  [
    'listens-on-other-port',
    refused(['0.0.0.0:8081', '0.0.0.0:9100'], { asked: [gone, on(9100, 200), on(8081, 200)] }),
    /most likely routes lead to port 8000, but web listens on ports 8081, 9100/,
    /x-torii: \{port: 8081\}`; or .*x-torii: \{port: 9100\}/,
  ],
  ['listens-on-other-port', refused(['0.0.0.0:8081', '0.0.0.0:9100'], { asked: [gone, on(9100, 200)] }), /^routes lead to port 8000/, /^[^;]*\{port: 9100\}/],
])('%s: what it says and what to write', (id, told, sentence, fix) => {
  const { causes, trouble } = findCauses(aCase(told))

  expect(causes.map((cause) => cause.id)).toEqual([id])
  expect(trouble.detail).toMatch(sentence)
  expect(trouble.fix).toMatch(fix)
})

test.each<[string, Told, RegExp]>([
  ['what listens and closes', refused(['0.0.0.0:8000'], { asked: [closed] }), /^Routing works, but web gives no answer: web listens on port 8000, but closes/],
  ['what speaks no HTTP', refused(['0.0.0.0:8000'], { asked: [noHttp] }), /^Routing works, but web gives no answer: what web sends on port 8000 is no HTTP/],
  ['what listens elsewhere', refused(['0.0.0.0:3000'], { asked: [gone] }), /^Routing works, but nothing listens where web should: routes lead to port 8000/],
])('the sentence says of %s what is true of it', (_, told, sentence) => {
  expect(failureOf(findCauses(aCase(told)).trouble, 0).sentence).toMatch(sentence)
})
