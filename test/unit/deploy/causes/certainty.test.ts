import { expect, test } from 'vitest'
import { findCauses } from '../../../../src/deploy/causes/find-causes.ts'
import { causeRules } from '../../../../src/deploy/causes/rules.ts'
import type { ContainerEvidence } from '../../../../src/deploy/record.ts'
import { aCase, type Told } from './a-case.ts'

const mib = 1024 ** 2
const curl = 'curl -f http://localhost:8000/health || exit 1'
const wget = 'wget -q -O /dev/null http://localhost:8000/health || exit 1'
const refused = 'curl: (7) Failed to connect to localhost:8000: Connection refused'
const ended = (exitCode: number, logs: string, more: Partial<ContainerEvidence> = {}): Told => ({
  reason: 'container_exited',
  check: null,
  seen: { state: 'exited', exitCode, logs, ...more },
})
const failing = (check: string, output: string, more: Partial<Told> = {}): Told => ({ reason: 'container_unhealthy', check, attempts: [[1, output]], ...more })
const withDisk = (free: number, told: Told): Told => ({
  ...told,
  evidence: {
    host: {
      ...{ cpus: 2, load1: 1, memoryTotal: 8192 * mib, memoryAvailable: 4096 * mib, pressure: { cpu: 1, memory: 0, io: 0 } },
      disk: { path: '/var/lib/docker', total: 99_000 * mib, free },
    },
  },
})
const after = '\none more request\ndraining\nclosed'

// Each pair: what proves it, and what only looks like it.
test.each<[string, 'certain' | 'doubtful' | 'nothing', Told]>([
  ['disk-full', 'certain', withDisk(10 * mib, ended(1, 'OSError: [Errno 28] No space left on device'))],
  ['disk-full', 'certain', { ...ended(128, ''), reason: 'start_failed', detail: 'mkdir /var/lib/docker/overlay2/x: no space left on device' }],
  ['disk-full', 'doubtful', ended(1, 'OSError: [Errno 28] No space left on device')],
  ['disk-full', 'nothing', withDisk(10 * mib, ended(1, 'boom'))],
  ['host-disk-short', 'doubtful', withDisk(10 * mib, ended(1, 'boom'))],
  ['host-disk-short', 'nothing', withDisk(10 * mib, failing(curl, '/bin/sh: curl: not found', { reason: 'health_tool_missing' }))],
  ['check-localhost-is-ipv6', 'certain', failing(wget, "wget: can't connect to remote host ([::1]:8000): Connection refused", { sockets: ['0.0.0.0:8000'] })],
  ['check-localhost-is-ipv6', 'doubtful', failing(wget, "wget: can't connect to remote host: Connection refused", { sockets: ['0.0.0.0:8000'] })],
  ['check-localhost-is-ipv6', 'nothing', failing(wget, "wget: can't connect to remote host: Connection refused", { sockets: ['10.213.0.18:8000'] })],
  ['check-localhost-is-ipv6', 'nothing', failing(curl, refused, { sockets: ['0.0.0.0:8000'] })],
  ['slow-start', 'doubtful', failing(curl, refused, { sockets: ['0.0.0.0:8000'] })],
  [
    'slow-start',
    'nothing',
    failing('node check.js', "Error: Cannot find module '/app/check.js'\n    at Module._load (node:internal/modules/cjs/loader:1)\n starting"),
  ],
  ['check-asks-other-port', 'certain', failing(curl, refused, { sockets: ['0.0.0.0:3000'] })],
  ['check-asks-other-port', 'doubtful', failing(curl, refused, { sockets: ['0.0.0.0:9229'] })],
  ['check-asks-other-port', 'doubtful', failing(curl, refused, { sockets: ['0.0.0.0:3000'], seen: { logs: 'loading the model' } })],
  ['check-refused-by-status', 'certain', failing(curl, 'curl: (22) The requested URL returned error: 500')],
  ['check-refused-by-status', 'doubtful', failing(curl, 'curl: (22) The requested URL returned error: 503', { seen: { logs: 'migrating' } })],
  ['check-refused-by-status', 'nothing', failing('curl -f http://auth:9000/health', 'curl: (22) The requested URL returned error: 500')],
  ['check-path-missing', 'nothing', failing('curl -f http://auth:9000/health', 'curl: (22) The requested URL returned error: 404')],
  ['command-not-found', 'certain', ended(127, `sh: 1: gunicorn: not found${after}`)],
  ['command-not-found', 'certain', ended(1, 'sh: 1: gunicorn: not found')],
  ['command-not-found', 'nothing', ended(1, `sh: 1: git: not found${after}`)],
  ['variable-missing', 'certain', ended(1, 'Error: DATABASE_URL is required')],
  ['variable-missing', 'certain', ended(2, '/start.sh: line 3: TOKEN: unbound variable')],
  ['variable-missing', 'doubtful', ended(1, `DATABASE_URL is not set, using the default${after}`)],
  ['variable-missing', 'nothing', ended(1, 'FATAL: SSL is required')],
  ['variable-missing', 'nothing', ended(1, 'ReferenceError: API_URL is not defined\n    at main (/app/index.js:3:9)')],
  ['variable-missing', 'nothing', ended(1, "KeyError: 'USD_EUR'")],
  [
    'wrong-user',
    'certain',
    ended(1, "Error: EACCES: permission denied, open '/data/x'\n    at open (node:fs:1)\n{\n  errno: -13,\n  path: '/data/x'\n}\n\nNode.js v24.1.0"),
  ],
  ['wrong-user', 'doubtful', ended(1, `chown: /data: Operation not permitted${after}`)],
  ['wrong-user', 'nothing', ended(1, 'ERROR:  permission denied for table users')],
  ['wrong-user', 'nothing', ended(128, 'git@github.com: Permission denied (publickey).')],
  ['module-missing', 'doubtful', ended(1, `ModuleNotFoundError: No module named 'redis'${after}`)],
  ['program-error', 'certain', ended(1, 'ValueError: no')],
  ['program-error', 'doubtful', ended(1, `ValueError: no${after}`)],
  ['program-error', 'doubtful', ended(137, 'ValueError: no')],
  ['heap-exhausted', 'doubtful', ended(1, `MemoryError${after}`)],
  ['host-unknown', 'doubtful', { ...ended(1, `getaddrinfo ENOTFOUND postgres${after}`), others: [{ name: 'db' }] }],
  ['dependency-not-ready', 'certain', { ...ended(1, 'dial tcp db:5432: connect: connection refused'), others: [{ name: 'db' }] }],
  ['dependency-not-ready', 'doubtful', { ...ended(1, `db:5432 - connection refused${after}`), others: [{ name: 'db' }] }],
  ['dependency-not-ready', 'nothing', { ...ended(1, 'connection refused\nthe worker is gone'), others: [{ name: 'worker' }] }],
])('%s is %s, by what proves it alone: %j', (id, how, told) => {
  const found = causeRules.find((rule) => rule.id === id)?.find(aCase(told)) ?? null

  expect(found === null ? 'nothing' : found.sure ? 'certain' : 'doubtful').toBe(how)
  if (found !== null && !found.sure) expect(found.tellsApart).toBeTruthy()
})

test('a check that is refused by its own container speaks of no other service, whatever its log says', () => {
  const told = failing(curl, refused, { sockets: ['0.0.0.0:3000'], others: [{ name: 'worker' }], seen: { logs: '[7] [INFO] Booting worker with pid: 7' } })
  const { causes } = findCauses(aCase(told))

  expect(causes.map(({ id }) => id)).toEqual(['check-asks-other-port'])
})

test.each([
  'postgres://db:5432/shop: connection refused',
  'psycopg2.OperationalError: connection to server at "db" (10.1.0.2), port 5432 failed: Connection refused',
  'Failed to connect to db port 5432: Connection refused',
  'Connection to db/10.1.0.2:5432 refused: java.net.ConnectException: Connection refused',
  "Can't connect to MySQL server on 'db' ([Errno 111] Connection refused)",
  'could not connect to server: Connection refused. Is the server running on host "db" and accepting connections?',
])('a host that refuses is read out of one line: %s', (line) => {
  const rule = causeRules.find(({ id }) => id === 'dependency-not-ready')

  expect(rule?.find(aCase({ ...ended(1, line), others: [{ name: 'worker' }, { name: 'db' }] }))?.clause).toMatch(/refused by db/)
})

test.each<[string, Told, RegExp]>([
  ['host-unknown', ended(1, 'getaddrinfo ENOTFOUND cache (going on without)\ngetaddrinfo ENOTFOUND postgres'), /called postgres/],
  ['module-missing', ended(1, "ModuleNotFoundError: No module named 'uvloop' (optional)\nModuleNotFoundError: No module named 'yaml'"), /module yaml/],
  ['command-not-found', ended(127, 'sh: 1: git: not found\nsh: 1: gunicorn: not found'), /run gunicorn/],
  ['variable-missing', ended(1, 'CACHE_URL is not set, using none\nDATABASE_URL is not set'), /variable DATABASE_URL/],
])('of two tries the last is what ended it: %s', (id, told, clause) => {
  const others = [{ name: 'db' }]

  expect(causeRules.find((rule) => rule.id === id)?.find(aCase({ ...told, others }))).toMatchObject({ sure: true, clause: expect.stringMatching(clause) })
})

test.each([
  '{"logger":"worker","msg":"connect ECONNREFUSED 10.213.0.3:5432"}',
  '[worker:12] Connection refused',
  'the api worker reports: connection refused',
  'worker (3) refused: Connection refused',
])('a name that is no host is no service that refuses: %s', (line) => {
  const rule = causeRules.find(({ id }) => id === 'dependency-not-ready')

  expect(rule?.find(aCase({ ...ended(1, line), others: [{ name: 'worker' }, { name: 'api' }] }))).toBe(null)
})

test('a debugger that answers is not taken for the app', () => {
  const asked = [{ url: 'http://10.213.0.18:9229/', status: 400 }]
  const rule = causeRules.find(({ id }) => id === 'listens-on-other-port')

  expect(rule?.find(aCase({ reason: 'app_refused', sockets: ['0.0.0.0:9229'], asked }))?.sure).toBe(false)
  expect(rule?.find(aCase({ reason: 'app_refused', sockets: ['0.0.0.0:3000'] }))?.sure).toBe(true)
})

test('a disk that is short is never blamed for a program that is missing', () => {
  const { causes } = findCauses(aCase(withDisk(10 * mib, failing(curl, '/bin/sh: curl: not found', { reason: 'health_tool_missing' }))))

  expect(causes.map(({ id }) => id)).toEqual(['check-program-missing'])
})
