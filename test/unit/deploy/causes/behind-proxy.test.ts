import { expect, test } from 'vitest'
import { findCauses } from '../../../../src/deploy/causes/find-causes.ts'
import { aCase, type Told } from './a-case.ts'

const nginx = { processes: ['nginx: master process nginx -g daemon off;'] }
const answered = (status: number, told: Partial<Told> = {}): Told => ({
  reason: status >= 500 ? 'app_error' : 'app_status',
  detail: status >= 500 ? `HTTP ${status} on /` : `${status} on /`,
  probes: [{ status, detail: `HTTP ${status} from the app` }],
  asked: [{ status }],
  others: [{ name: 'django_app' }, { name: 'api' }],
  ...nginx,
  ...told,
})
const found = (told: Told) => {
  const { trouble, causes } = findCauses(aCase(told))
  return { detail: trouble.detail, fix: trouble.fix, ids: causes.map(({ id, tellsApart }) => `${id}${tellsApart === null ? '' : '?'}`) }
}
// Django 5.2 under gunicorn 23.
const refusal = `Traceback (most recent call last):
  File "/usr/lib/python3/django/http/request.py", line 151, in get_host
    raise DisallowedHost(msg)
django.core.exceptions.DisallowedHost: Invalid HTTP_HOST header: 'django_app:8000'. The domain name provided is not valid according to RFC 1034/1035.
Bad Request: /
10.213.0.18 - - [30/Nov/2026:01:20:27 +0000] "GET / HTTP/1.0" 400 143 "-" "torii-probe"`
const handshake = (number: string) =>
  `2026/11/30 01:22:16 [error] 6#6: *1 SSL_do_handshake() failed (SSL: error:${number}:SSL routines::wrong version number) while SSL handshaking to upstream, client: 10.232.2.225, server: , request: "GET / HTTP/1.1", upstream: "https://10.213.0.19:8000/", host: "localhost:35116"
10.232.2.225 - - [30/Nov/2026:01:22:16 +0000] "GET / HTTP/1.1" 502 157 "-" "torii-probe"`

test('a host that the app behind a proxy refuses is read where it is said, and mended at the proxy', () => {
  const { ids, detail, fix } = found(answered(400, { logs: { django_app: refusal } }))

  expect(ids).toEqual(['proxy-sends-own-host'])
  expect(detail).toBe('400 on /, because web (nginx) passes requests on to django_app with `django_app:8000` as the host, which django_app refuses')
  expect(fix).toBe('In the configuration of web, in the `location` with `proxy_pass`, write `proxy_set_header Host $host;`.')
})

test.each<[string, Told]>([
  ['went on since', answered(400, { logs: { django_app: `${refusal}\nworker 1 took a job\nworker 1 is done\nworker 1 waits` } })],
  ['no proxy', answered(400, { logs: { django_app: refusal }, processes: ['gunicorn shop.wsgi'] })],
  ['a host that is no service', answered(400, { logs: { django_app: refusal.replaceAll('django_app:8000', 'localhost:8443') } })],
  ['another status', answered(404, { logs: { django_app: refusal } })],
])('it is not certain of a refusal behind: %s', (_, told) => {
  expect(found(told).ids).not.toContain('proxy-sends-own-host')
})

test.each(['0A00010B', '1408F10B'])('a proxy that speaks TLS to a plain upstream is told so, and the service is named (error %s)', (number) => {
  const told = answered(502, { seen: { logs: handshake(number) } })
  const { containers } = aCase({ ...told, logs: { api: '' } }).evidence
  const evidence = { containers: containers.map((each) => (each.service === 'api' ? { ...each, addresses: ['10.213.0.19'] } : each)) }
  const { ids, detail, fix } = found({ ...told, evidence })

  expect(ids).toEqual(['upstream-speaks-no-tls'])
  expect(detail).toBe('HTTP 502 on /, because web speaks TLS to api, which answers on port 8000 in plain HTTP')
  expect(fix).toBe('In the configuration of web, write `proxy_pass http://api:8000` in place of `proxy_pass https://api:8000`.')
})

test('where nobody knows whose the address is, no service is named', () => {
  expect(found(answered(502, { seen: { logs: handshake('0A00010B') } })).detail).toMatch(/speaks TLS to 10\.213\.0\.19:8000, which/)
})

test.each([
  [405, /^405 on \/, most likely because it takes no plain GET there$/],
  [400, /^400 on \/$/],
])('only 405 says that a plain GET is not taken: %i', (status, sentence) => {
  expect(found(answered(status, { processes: [] })).detail).toMatch(sentence)
})
