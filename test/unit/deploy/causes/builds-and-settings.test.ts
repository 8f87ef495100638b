import { expect, test } from 'vitest'
import { findCauses } from '../../../../src/deploy/causes/find-causes.ts'
import { aCase, ended, factsOf, type Told } from './a-case.ts'

const build = (detail: string): Told => ({ reason: 'build_failed', detail, check: null })
const db = { name: 'db', image: 'postgres:17' }
const cache = { name: 'cache', image: 'redis:8' }

// Words of Docker 26.1.5, buildx 0.13, runc 1.1, psycopg 3, node 24, redis-py 5, Go 1.24.
test.each<[string, Told, RegExp, RegExp]>([
  [
    'build-file-missing',
    build(
      'the build context has no requirements.txt (is it misspelt, or left out by .dockerignore?)\n[2/2] COPY requirements.txt .: failed to calculate checksum of ref cc0d82eb::rkog: "/requirements.txt": not found',
    ),
    /^the build context has no requirements\.txt, which `COPY requirements\.txt \.` wants$/,
    /^Add requirements\.txt to the build context of web .*, or remove that COPY/,
  ],
  [
    'build-file-missing',
    build(
      'the build context has no app/dist (is it misspelt, or left out by .dockerignore?)\n[stage-1 3/4] COPY --from=build /app/dist ./public: failed to calculate checksum of ref cc0d82eb::rkog: "/app/dist": not found',
    ),
    /^the stage build has no app\/dist when it is copied/,
    /^Correct that path to the one which the stage build really writes/,
  ],
  [
    'dockerfile-syntax',
    build(
      'Dockerfile:2\n--------------------\n   1 |     FROM busybox:stable\n   2 | >>> RUNN echo hi\n--------------------\nERROR: failed to solve: dockerfile parse error on line 2: unknown instruction: RUNN (did you mean RUN?)',
    ),
    /^Dockerfile:2: unknown instruction: RUNN \(did you mean RUN\?\)$/,
    /^Correct line 2 of the Dockerfile of web/,
  ],
  [
    'base-image-missing',
    build(
      '[internal] load metadata for docker.io/nobody/no-such:9: failed to do request: Head "https://registry.example/v2/": dial tcp: lookup registry.example: no such host',
    ),
    /^its base image nobody\/no-such:9 cannot be pulled: the registry is not reached \(failed to do request/,
    /docker pull nobody\/no-such:9/,
  ],
  [
    'base-image-missing',
    build('[internal] load metadata for docker.io/library/pyhton:3: pull access denied, repository does not exist or may require authorization'),
    /base image pyhton:3 cannot be pulled: it does not exist, or needs a login/,
    /^Correct `FROM pyhton:3` in the Dockerfile of web/,
  ],
  [
    'build-step-failed',
    build(
      '[2/2] RUN make site: process "/bin/sh -c make site" did not complete successfully: exit code: 2\none\ntwo\nmake: *** Error: the page has no title\nnpm notice\n[notice] A new release of pip is available: 25.0 -> 26.0',
    ),
    /^`RUN make site` ended with exit code 2 \(one \| two \| make: \*\*\* Error: the page has no title\)$/,
    /^Correct `RUN make site` in the Dockerfile of web: make: \*\*\* Error: the page has no title/,
  ],
  [
    'setting-refused',
    ended('', {
      exitCode: 128,
      error: 'error during container init: error setting rlimits for ready process: error setting rlimit type 8: operation not permitted',
    }),
    /this engine refuses `ulimits: memlock` of web/,
    /under `services: web:`, find `ulimits: memlock` and remove it/,
  ],
  [
    'localhost-is-itself',
    { ...ended('connection to server at "localhost" (127.0.0.1), port 5432 failed: Connection refused'), others: [db, cache] },
    /looks for port 5432 on localhost, which is its own container, not db/,
    /`db:5432` instead of `localhost:5432`.* depends_on:`, write `db: \{condition: service_started\}`/,
  ],
  [
    'localhost-is-itself',
    { ...ended('Error: connect ECONNREFUSED 127.0.0.1:6379', { facts: factsOf({ hosts: { REDIS_HOST: 'localhost' } }) }), others: [db, cache] },
    /port 6379 on localhost/,
    /environment:`, write `REDIS_HOST: cache`/,
  ],
  [
    'localhost-is-itself',
    { ...ended('dial tcp [::1]:5432: connect: connection refused', { facts: factsOf({ hosts: { DATABASE_URL: 'localhost:5432' } }) }), others: [db, cache] },
    /not db/,
    /write `db:5432` in place of `localhost:5432` in DATABASE_URL/,
  ],
  [
    'dependency-not-ready',
    { ...ended('dial tcp ledger:7000: connect: connection refused'), others: [{ name: 'ledger', image: 'ours/ledger' }] },
    /refused by ledger/,
    /`ledger: \{condition: service_healthy\}`; and in the Compose file, under `services: ledger:`, write `x-torii: \{healthcheck: \{tcp: 7000\}\}`/,
  ],
  [
    'host-unknown',
    { ...ended('Error: getaddrinfo ENOTFOUND databse', { facts: factsOf({ hosts: { DB_HOST: 'databse' } }) }), others: [db, cache] },
    /a host called databse, and no service of the extension is called that \(its variable DB_HOST names it\)/,
    /services are called web, db, cache/,
  ],
  [
    'host-unknown',
    {
      ...ended('could not translate host name "postgres" to address: Name or service not known', {
        facts: factsOf({ hosts: { DATABASE_URL: 'postgres:5432' } }),
      }),
      others: [db, cache],
    },
    /called postgres/,
    /write `db:5432` in place of `postgres:5432` in DATABASE_URL/,
  ],
  [
    'host-unknown',
    {
      ...ended('socket.gaierror: [Errno -2] Name or service not known', { facts: factsOf({ hosts: { API_HOST: 'apii', X: 'db:5432' } }) }),
      others: [db, { name: 'api' }],
    },
    /most likely web looks for a host called apii/,
    /write `API_HOST: api`/,
  ],
  [
    'variable-missing',
    ended('AssertionError: API_TOKEN', { facts: factsOf({ empty: ['API_TOKEN'] }) }),
    /the variable API_TOKEN is empty/,
    /API_TOKEN: the-value/,
  ],
  [
    'read-only',
    ended("OSError: [Errno 30] Read-only file system: '/tmp/x.sock'", { facts: factsOf({ readOnly: true }) }),
    /may not write \/tmp\/x\.sock: `read_only: true` forbids it/,
    /under `services: web:`, write `tmpfs: \[\/tmp\]`/,
  ],
  [
    'read-only',
    ended("OSError: [Errno 30] Read-only file system: '/app/data/x.db'", { facts: factsOf({ readOnly: true }) }),
    /read_only/,
    /write `- web-data:\/app\/data`, and at its top level `volumes: \{web-data: \}`/,
  ],
  [
    'program-error',
    ended(
      'Traceback (most recent call last):\n  File "/app/main.py", line 12, in <module>\n    load()\n  File "/usr/local/lib/python3.11/site-packages/yaml/__init__.py", line 81, in load\nyaml.YAMLError: no',
    ),
    /yaml\.YAMLError: no/,
    /^In \/app\/main\.py, line 12, correct what raises it/,
  ],
  [
    'program-error',
    ended(
      'TypeError: no\n    at f (/app/node_modules/x/i.js:1:2)\n    at main (/app/server.js:9:3)\n    at Module._compile (node:internal/modules/cjs/loader:1:1)\n\nNode.js v24.1.0',
    ),
    /TypeError: no/,
    /^In \/app\/server\.js, line 9, correct what is called or read there/,
  ],
])('%s: what it says and what to write', (id, told, sentence, fix) => {
  const { causes, trouble } = findCauses(aCase(told))

  expect(causes.map((cause) => cause.id)).toEqual([id])
  expect(trouble.detail).toMatch(sentence)
  expect(trouble.fix).toMatch(fix)
})

test('the service that was not made is named where Compose names nobody', () => {
  const containers = [
    { service: 'first', state: 'created', id: 'c2' },
    { service: 'web', state: 'gone', id: '' },
  ].map((each) => ({
    ...each,
    replica: 1,
    exitCode: null,
    oomKilled: false,
    restartCount: 0,
    health: null,
    error: '',
    logs: '',
    verdict: 'waiting' as const,
    detail: '',
  }))
  const told = aCase({ reason: 'start_failed', others: [{ name: 'first' }], evidence: { containers } })
  const trouble = { reason: 'start_failed' as const, detail: "--storage-opt is supported only for overlay over xfs with 'pquota' mount option" }
  const found = findCauses({ ...told, service: '', seen: null, trouble })

  expect(found.trouble.detail).toMatch(/refuses `storage_opt` of web/)
  expect(found.trouble.fix).toMatch(/services: web:`, find `storage_opt` and remove it/)
})

test('the one service that has the refused setting is named, by the model as Compose was given it', () => {
  const told = aCase({ reason: 'start_failed', others: [{ name: 'first' }], evidence: { containers: [] } })
  const model = '"services":\n  "first":\n    "image": "x"\n  "web":\n    "storage_opt":\n      "size": "1G"\n"volumes":\n  "storage_opt":\n    "name": "y"\n'
  const trouble = { reason: 'start_failed' as const, detail: "--storage-opt is supported only for overlay over xfs with 'pquota' mount option" }
  const { causes } = findCauses({ ...told, service: '', seen: null, trouble, revision: { ...told.revision, model } })

  expect(causes[0]?.sentence).toBe('This engine refuses `storage_opt` of web.')
})
