import { describe, expect, test } from 'vitest'
import type { Sample } from '../../../src/lint/rule.ts'
import { checked, web } from '../../../src/lint/rules/samples.ts'
import { saidOf } from './makers.ts'

describe('what a check tells', () => {
  test.each<[string, string, Sample, string[]]>([
    [
      'the front page of an app with a database',
      'T218',
      'services:\n  web:\n    image: a:1\n    depends_on: [db]\n    healthcheck: {test: "wget -qO- http://127.0.0.1:80 || exit 1"}\n  db: {image: "postgres:17"}\n',
      ['compose.yaml:5:36-5:55 info web: it asks the front page, and the service needs db'],
    ],
    ['the front page of an app that needs none', 'T218', checked('test: curl -f http://localhost:8000/'), []],
    [
      'curl without -f',
      'T206',
      checked('test: ["CMD", "curl", "http://localhost:8000"]'),
      ['compose.yaml:6:22-6:26 warning web: curl exits 0 for an HTTP error too'],
    ],
    ['curl -sf', 'T206', checked('test: curl -sfL http://localhost:8000'), []],
    ['what curl says is read', 'T206', checked('test: curl -s http://localhost:8000 | grep -q ok'), []],
    ['the status is compared', 'T206', checked(`test: '[ "$$(curl -s -o /dev/null -w "%{http_code}" http://localhost:8000)" = 200 ]'`), []],
    [
      'httpx.get alone',
      'T207',
      checked(`test: python -c "import httpx; httpx.get('http://localhost:8000')"`),
      ['compose.yaml:6:38-6:47 warning web: httpx.get does not fail for an HTTP error'],
    ],
    ['requests with status', 'T207', checked(`test: python -c "import requests; exit(requests.get('http://localhost:8000').status_code != 200)"`), []],
    ['urlopen raises', 'T207', checked(`test: python -c "import urllib.request; urllib.request.urlopen('http://localhost:8000')"`), []],
    [
      'fetch alone',
      'T207',
      checked(`test: ["CMD", "node", "-e", "fetch('http://localhost:8000')"]`),
      ['compose.yaml:6:36-6:41 warning web: fetch does not fail for an HTTP error'],
    ],
    ['fetch with ok', 'T207', checked(`test: ["CMD", "node", "-e", "fetch('http://localhost:8000').then(r => process.exit(r.ok ? 0 : 1))"]`), []],
    [
      '|| true',
      'T213',
      checked('test: curl -f http://localhost:8000 || true'),
      ['compose.yaml:6:13-6:50 warning web: it ends with `true` whatever is answered'],
    ],
    ['exit 0', 'T213', checked('test: exit 0'), ['compose.yaml:6:13-6:19 warning web: it ends with `exit 0` whatever is answered']],
    [
      '; exit 0',
      'T213',
      checked('test: curl -f http://localhost:8000; exit 0'),
      ['compose.yaml:6:13-6:50 warning web: it ends with `exit 0` whatever is answered'],
    ],
    ['&& exit 0 || exit 1', 'T213', checked('test: curl -f http://localhost:8000 && exit 0 || exit 1'), []],
    ['a condition with both ends', 'T213', checked('test: if curl -f http://localhost:8000; then exit 0; else exit 1; fi'), []],
    ['curl -s', 'T214', checked('test: curl -fs http://localhost:8000'), ['compose.yaml:6:13-6:17 info web: curl -s does not say why it fails; -sS does']],
    [
      'everything to /dev/null',
      'T214',
      checked('test: curl -f http://localhost:8000 > /dev/null 2>&1'),
      ['compose.yaml:6:45-6:54 info web: errors go to /dev/null, so nobody reads why it fails'],
    ],
    ['a port only', 'T215', checked('test: nc -z localhost 8000 || exit 1'), ['compose.yaml:6:13-6:43 info web: it only sees that a port is open']],
    ['a process only', 'T215', checked('test: pgrep -f worker'), ['compose.yaml:6:13-6:28 info web: it only sees that a process is there']],
    ['a file that says so', 'T215', checked('test: test -f /tmp/ready'), []],
    [
      'postgres over the socket',
      'T216',
      web('image: postgres:17', 'healthcheck: {test: ["CMD-SHELL", "pg_isready -U app"]}'),
      ['compose.yaml:4:40-4:50 info web: pg_isready asks over the socket, which the temporary server of the first start answers too'],
    ],
    [
      'mysql over "localhost"',
      'T216',
      web('image: mysql:9', 'healthcheck: {test: ["CMD", "mysqladmin", "ping", "-h", "localhost"]}'),
      ['compose.yaml:4:34-4:44 info web: mysqladmin asks over the socket, which the temporary server of the first start answers too'],
    ],
    ['postgres over TCP', 'T216', web('image: postgres:17', 'healthcheck: {test: ["CMD-SHELL", "pg_isready -U app -h localhost"]}'), []],
  ])('%s: %s', async (_, rule, sample, expected) => {
    expect(await saidOf(rule, sample)).toEqual(expected)
  })
})
