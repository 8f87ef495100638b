import { expect, test } from 'vitest'
import { findCauses } from '../../../../src/deploy/causes/find-causes.ts'
import type { ContainerEvidence } from '../../../../src/deploy/record.ts'
import { aMachine, gib } from '../makers.ts'
import { aCase, factsOf, type Told } from './a-case.ts'

const ended = (exitCode: number, logs: string, more: Partial<ContainerEvidence> = {}, reason: Told['reason'] = 'container_exited'): Told => ({
  reason,
  check: null,
  seen: { state: 'exited', exitCode, logs, facts: factsOf(), ...more },
})
const answered = (status: number, told: Partial<Told> = {}): Told => ({
  reason: status >= 500 ? 'app_error' : 'app_status',
  probes: [{ status, detail: `HTTP ${status} from the app` }],
  ...told,
})
const refusedBy = (sockets: string[] | null, told: Partial<Told> = {}): Told => ({
  reason: 'app_refused',
  sockets,
  probes: [{ hop: 'backend', status: 502 }],
  asked: [{ failed: 'refused', detail: 'connection refused' }],
  ...told,
})

test.each<[string, Told, RegExp, RegExp]>([
  [
    'wrong-architecture',
    ended(1, 'exec /app: exec format error', { facts: factsOf({ platform: 'linux/arm64' }) }),
    /image of web is made for linux\/arm64, but the engine runs linux\/amd64/,
    /--platform linux\/amd64/,
  ],
  ['out-of-memory', ended(137, '', { oomKilled: true, facts: factsOf({ memoryLimit: 16 * 1024 ** 2 }) }, 'out_of_memory'), /as it is/, /mem_limit: 128m/],
  [
    'out-of-memory',
    { reason: 'health_check_hangs', seen: { oomKilled: true, state: 'running', facts: factsOf({ memoryLimit: 128 * 1024 ** 2 }) } },
    /the kernel kills processes in web: web needs more memory than its limit of 128 MiB/,
    /mem_limit: 256m/,
  ],
  ['windows-line-ends', ended(2, 'start.sh: 1: set: Illegal option -'), /start\.sh of web has Windows line ends \(CRLF\)/, /sed -i 's\/\\r\$\/\/' start\.sh/],
  [
    'heap-exhausted',
    ended(134, 'FATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory'),
    /ran out of memory by its own measure/,
    /--max-old-space-size/,
  ],
  [
    'command-not-found',
    ended(127, '', { error: 'exec: "serve": executable file not found in $PATH' }, 'start_failed'),
    /told to run serve, which is not in its image/,
    /Correct `command:`/,
  ],
  ['command-not-found', ended(127, 'sh: 1: gunicorn: not found'), /told to run gunicorn/, /install gunicorn/],
  [
    'user-unknown',
    { reason: 'start_failed', detail: 'unable to find user nouser: no matching entries in passwd file' },
    /a user that its image does not have/,
    /Remove `user:`/,
  ],
  [
    'wrong-user',
    ended(1, "PermissionError: [Errno 13] Permission denied: '/data/db.sqlite'", { facts: factsOf({ user: '1000' }) }),
    /runs as 1000 and may not use \/data\/db\.sqlite/,
    /mkdir -p \/data && chown -R 1000 \/data`/,
  ],
  [
    'wrong-user',
    ended(1, 'nginx: [emerg] bind() to 0.0.0.0:80 failed (13: Permission denied)', { facts: factsOf({ user: 'nginx' }) }),
    /may not listen on port 80/,
    /ip_unprivileged_port_start/,
  ],
  [
    'variable-missing',
    ended(
      1,
      `Traceback (most recent call last):
  File "/srv/app.py", line 3, in <module>
    url = os.environ["DATABASE_URL"]
          ~~~~~~~~~~^^^^^^^^^^^^^^^^
  File "<frozen os>", line 714, in __getitem__
KeyError: 'DATABASE_URL'`,
    ),
    /the variable DATABASE_URL is not set/,
    /DATABASE_URL: the-value/,
  ],
  ['variable-missing', ended(3, 'DATABASE_URL is not set'), /DATABASE_URL is not set/, /environment:/],
  ['runs-in-background', ended(0, '', { facts: factsOf({ command: ['nginx'] }) }), /nothing of it stays in the foreground/, /daemon off;/],
  ['no-foreground-process', { ...ended(0, 'done'), planned: { hasPort: false } }, /ended by itself with exit code 0/, /x-torii: \{oneshot: true\}/],
  [
    'host-unknown',
    { ...ended(1, 'Error: getaddrinfo ENOTFOUND postgres'), others: [{ name: 'db' }] },
    /looks for a host called postgres, and no service of the extension is called that/,
    /its services are called web, db/,
  ],
  [
    'dependency-not-ready',
    {
      ...ended(1, 'psycopg2.OperationalError: connection to server at "db" (10.1.0.2), port 5432 failed: Connection refused'),
      others: [{ name: 'db', image: 'postgres:16' }],
    },
    /refused by db, and is started without waiting until db is healthy/,
    /db: \{condition: service_healthy\}.*pg_isready/,
  ],
  ['module-missing', ended(1, "ModuleNotFoundError: No module named 'httpx'"), /the module httpx is not in its image/, /pip install --no-cache-dir httpx/],
  ['module-missing', ended(1, "Error: Cannot find module 'express'"), /the module express/, /package\.json/],
  [
    'port-taken-inside',
    ended(1, 'Error: listen EADDRINUSE: address already in use :::3000'),
    /port 3000 is taken inside its own container/,
    /only one program of web listen on port 3000/,
  ],
  [
    'one-shot-failed',
    { ...ended(7, 'table users exists already', {}, 'dependency_failed'), planned: { oneshot: true, awaitedBy: ['api'] } },
    /as it is/,
    /table users exists already.*api waits/,
  ],
  [
    'program-error',
    ended(1, 'Traceback (most recent call last):\n  File "/app/main.py", line 12, in <module>\nZeroDivisionError: division by zero\n'),
    /error of its own: ZeroDivisionError: division by zero/,
    /main\.py, line 12/,
  ],
  [
    'disk-full',
    {
      ...ended(1, 'OSError: [Errno 28] No space left on device'),
      evidence: { host: { ...aMachine, disk: { path: '/var/lib/docker', total: 100 * gib, free: 0 } } },
    },
    /the disk of this machine is full/,
    /docker image prune` and `docker builder prune`/,
  ],
  ['disk-full', { ...ended(1, 'write /dev/shm/x: no space left on device'), evidence: { host: aMachine } }, /no space left where it writes/, /shm_size/],
  [
    'root-not-found',
    answered(404, { asked: [{ status: 404 }, { url: 'http://10.213.0.18:8000/health', status: 200 }] }),
    /while \/health answers 200/,
    /probe: \{path: \/health\}/,
  ],
  ['root-not-found', answered(404), /^as it is$/, /Add a route for \//],
  ['prefix-kept', answered(404, { settings: { stripPathPrefix: false }, asked: [{ status: 200 }] }), /does not know the prefix/, /strip_path_prefix: false/],
  [
    'base-path',
    answered(404, { seen: { facts: factsOf({ settings: { BASE_PATH: '/shop' } }) }, asked: [{ url: 'http://10.213.0.18:8000/shop/', status: 200 }] }),
    /serves below \/shop/,
    /BASE_PATH: ""/,
  ],
  [
    'host-not-allowed',
    answered(400, { seen: { logs: "Invalid HTTP_HOST header: 'localhost:8443'. You may need to add 'localhost' to ALLOWED_HOSTS." } }),
    /answers only for hosts it was told of/,
    /ALLOWED_HOSTS/,
  ],
  [
    'speaks-https',
    answered(400, { asked: [{ status: 400, body: 'Client sent an HTTP request to an HTTPS server.' }] }),
    /speaks HTTPS on port 8000/,
    /plain HTTP/,
  ],
  ['wants-login', answered(401), /wants a login/, /expect: 402/],
  ['wants-login', answered(403, { asked: [{ url: 'http://10.213.0.18:8000/healthz', status: 200 }] }), /while \/healthz answers 200/, /path: \/healthz/],
  ['app-error', answered(500, { seen: { logs: 'ValueError: there is no page.html' } }), /page\.html/, /Correct what makes web fail/],
  [
    'restarts-meanwhile',
    refusedBy(null, { seen: { state: 'restarting', exitCode: 1, restartCount: 4, logs: 'boom: no such host db' } }),
    /web ended while it was asked and was restarted, 4 times so far: boom: no such host db/,
    /Correct what ends web/,
  ],
  ['listens-on-loopback', refusedBy(['127.0.0.1:8000'], { processes: ['uvicorn app:app --port 8000'] }), /listens on 127\.0\.0\.1 only/, /--host 0\.0\.0\.0/],
  ['listens-on-loopback', refusedBy(['[::1]:8000']), /listens on ::1 only/, /0\.0\.0\.0/],
  ['listens-on-other-port', refusedBy(['0.0.0.0:3000']), /routes lead to port 8000, but web listens on port 3000/, /x-torii: \{port: 3000\}/],
  ['listens-on-ipv6-only', refusedBy(['[::]:8000']), /IPv6 only/, /0\.0\.0\.0/],
  ['listens-on-nothing', refusedBy([]), /listens on no port at all, so nothing answers on port 8000/, /into the log of web/],
  ['listens-on-nothing', refusedBy([], { check: null }), /on port 8000/, /`healthcheck:`.*top level.*probe: \{timeout: 2m\}/],
  ['nothing-on-port', refusedBy(null, { check: null }), /nothing listens on port 8000 of web/, /port 8000.*probe: \{timeout: 2m\}/],
  [
    'closes-without-answer',
    refusedBy(['0.0.0.0:8000'], { asked: [{ failed: 'broke_off', detail: 'socket hang up' }], seen: { logs: 'worker died' } }),
    /listens on port 8000, but closes the connection without an answer; the last it printed: worker died/,
    /close connections on port 8000/,
  ],
  [
    'certificate',
    { reason: 'tls_error', probes: [{ hop: 'none', status: null, failed: 'certificate', detail: 'certificate expired' }] },
    /certificate expired/,
    /torii up/,
  ],
  [
    'proxy-away',
    { reason: 'proxy_unreachable', probes: [{ hop: 'none', status: null, failed: 'refused', detail: 'connection refused' }], evidence: { routers: null } },
    /proxy does not run/,
    /torii up/,
  ],
  [
    'router-refused',
    {
      reason: 'proxy_unreachable',
      probes: [{ hop: 'proxy', status: 404 }],
      evidence: { routers: [{ name: 'path-a-1', status: 'absent', errors: [], servers: [] }] },
    },
    /has not read the routes/,
    /torii down/,
  ],
  [
    'app-never-answers',
    { reason: 'probe_timeout', probes: [{ hop: 'none', status: null, failed: 'timeout' }], asked: [{ url: 'http://10.213.0.18:8000/health', status: 200 }] },
    /does not answer \/, while \/health answers 200/,
    /path: \/health/,
  ],
])('%s: what it says and what to do', (id, told, sentence, fix) => {
  const { causes, trouble } = findCauses(aCase(told))

  expect(causes.map((cause) => cause.id)).toEqual([id])
  expect(trouble.detail).toMatch(sentence)
  expect(trouble.fix).toMatch(fix)
  expect(trouble.reason).toBe(told.reason)
})

test('a starved machine is said beside what it makes slow, and never alone blamed for what is certain', () => {
  const crowded = { host: { ...aMachine, load1: 40, pressure: { cpu: 99, memory: 0, io: 0 } } }
  const slow = findCauses(aCase({ reason: 'probe_timeout', probes: [{ hop: 'none', status: null, failed: 'timeout' }], evidence: crowded }))
  const certain = findCauses(aCase({ ...refusedBy(['127.0.0.1:8000']), evidence: crowded }))

  expect(slow.causes.map(({ id }) => id)).toEqual(['app-never-answers', 'host-crowded'])
  expect(certain.causes.map(({ id }) => id)).toEqual(['listens-on-loopback'])
})
