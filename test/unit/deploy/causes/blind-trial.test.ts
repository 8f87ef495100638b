import { expect, test } from 'vitest'
import { findCauses } from '../../../../src/deploy/causes/find-causes.ts'
import { aCase, ended, factsOf, type Told } from './a-case.ts'

const failing = (check: string | string[], output: string, more: Partial<Told> = {}): Told => ({
  reason: 'container_unhealthy',
  check,
  attempts: [
    [1, output],
    [1, output],
  ],
  ...more,
})
const here = 'http://10.213.0.18:8000'
const noFolder = "FileNotFoundError: [Errno 2] No usable temporary directory found in ['/tmp', '/var/tmp', '/usr/tmp', '/app']"
const wrongVersion = 'urllib.error.URLError: <urlopen error [SSL: WRONG_VERSION_NUMBER] wrong version number (_ssl.c:992)>'
const urlopen = ['python', '-c', "import urllib.request; urllib.request.urlopen('http://localhost:8000/health/')"]
const badRequest =
  '<!doctype html>\n<html lang="en">\n<head>\n  <title>Bad Request (400)</title>\n</head>\n<body>\n  <h1>Bad Request (400)</h1><p></p>\n</body>\n</html>'
const invalidUrl = `node:internal/url:843
TypeError: Invalid URL
    at Object.<anonymous> (/app/server.js:2:13)
    at Module._compile (node:internal/modules/cjs/loader:1554:14) {
  code: 'ERR_INVALID_URL',
  input: '/',
  base: '"http://api:8000"'
}

Node.js v24.21.0`
const denied =
  'redis.exceptions.ResponseError: DENIED Redis is running in protected mode because protected mode is enabled and no password is set for the default user.'
const refused = `psycopg.OperationalError: connection failed: connection to server at "10.213.0.19", port 5432 failed: Connection refused
	Is the server running on that host and accepting TCP/IP connections?`
const background = (command: string[], entrypoint: string[] = []): Told => ended('', { exitCode: 0, ran: 60, facts: factsOf({ command, entrypoint }) })

function withDatabase(sockets: [address: string, port: number][], command: string[]): Told {
  const told = ended(refused)
  const db = {
    ...{ service: 'db', replica: 1, id: 'c2', state: 'running' as const, exitCode: null, oomKilled: false, restartCount: 0, health: 'healthy' as const },
    ...{ error: '', logs: '', verdict: 'passed' as const, detail: '', addresses: ['10.213.0.19'], facts: factsOf({ command }), processes: ['postgres'] },
    sockets: sockets.map(([address, port]) => ({ address, port })),
  }
  const web = aCase(told).evidence.containers[0]
  return { ...told, others: [{ name: 'db' }], evidence: { containers: web === undefined ? [] : [web, db] } }
}

test.each<[string, boolean, Told, RegExp, RegExp]>([
  [
    'no-temporary-folder',
    true,
    ended(noFolder, { exitCode: 255, facts: factsOf({ readOnly: true }) }),
    /forbids it to write \/tmp/,
    /write `tmpfs: \[\/tmp\]`/,
  ],
  ['no-temporary-folder', false, ended(noFolder), /neither \/tmp nor another/, /tmpfs: \[\/tmp\]/],
  [
    'read-only',
    true,
    ended("OSError: [Errno 30] Read-only file system: '/tmp/cache'", { facts: factsOf({ readOnly: true }) }),
    /may not write \/tmp\/cache/,
    /write `tmpfs: \[\/tmp\]`/,
  ],
  [
    'not-as-root',
    true,
    ended('initdb: error: cannot be run as root\ninitdb: hint: Please log in (using, e.g., "su") as the (unprivileged) user that will own the server process.'),
    /runs PostgreSQL as root, which it refuses/,
    /`services: web:`, write `user: postgres`/,
  ],
  [
    'not-as-root',
    true,
    ended(
      '"root" execution of the PostgreSQL server is not permitted.\nThe server must be started under an unprivileged user ID to prevent\npossible system security compromise.  See the documentation for\nmore information on how to properly start the server.',
    ),
    /PostgreSQL as root/,
    /user: postgres/,
  ],
  [
    'windows-line-ends',
    true,
    ended("/usr/bin/env: 'bash\\r': No such file or directory\n/usr/bin/env: use -[v]S to pass options in shebang lines", {
      exitCode: 127,
      facts: factsOf({ command: ['./run.sh'] }),
    }),
    /\.\/run\.sh of web has Windows line ends/,
    /sed -i 's\/\\r\$\/\/' \.\/run\.sh/,
  ],
  [
    'check-sent-to-https',
    true,
    failing(urlopen, wrongVersion, { asked: [{ url: `${here}/health/`, status: 301, location: 'https://10.213.0.18:8000/health/' }] }),
    /sends its own health check from \/health\/ to HTTPS \(301\)/,
    /SECURE_REDIRECT_EXEMPT = \[r"\^health\/\$"\]/,
  ],
  [
    'check-sent-to-https',
    false,
    failing(urlopen, '', { asked: [{ url: `${here}/health/`, status: 308, location: 'https://localhost/health/' }] }),
    /to HTTPS \(308\)/,
    /X-Forwarded-Proto: https/,
  ],
  [
    'runs-in-background',
    true,
    background(['redis-server', '/etc/redis/redis.conf']),
    /goes into the background/,
    /command: \["redis-server", "\/etc\/redis\/redis\.conf", "--daemonize", "no"\]/,
  ],
  ['runs-in-background', true, background(['memcached', '-d', '-m', '64']), /`memcached -d -m 64`/, /command: \["memcached", "-m", "64"\]/],
  ['runs-in-background', true, background(['apachectl', 'start']), /background/, /command: \["apachectl", "-D", "FOREGROUND"\]/],
  ['runs-in-background', true, background(['supervisord', '-c', '/s.conf']), /background/, /\["supervisord", "-c", "\/s\.conf", "-n"\]/],
  ['runs-in-background', true, background(['php-fpm8.3']), /background/, /command: \["php-fpm8\.3", "-F"\]/],
  ['runs-in-background', true, background([], ['sshd']), /background/, /entrypoint: \["\/usr\/sbin\/sshd", "-D"\]/],
  [
    'runs-in-background',
    true,
    background(['/bin/sh', '-c', 'envsubst < /a > /b && nginx']),
    /`nginx`/,
    /command: \["sh", "-c", "envsubst < \/a > \/b && exec nginx -g 'daemon off;'"\]/,
  ],
  [
    'check-script-cut',
    true,
    failing(['sh', '-c', 'test', '-f', '/tmp/worker-ready'], ''),
    /runs `test` alone/,
    /test: \["CMD", "sh", "-c", "test -f \/tmp\/worker-ready"\]/,
  ],
  ['command-script-cut', true, background(['sh', '-c', 'python', 'app.py']), /web runs `python` alone/, /command: \["sh", "-c", "python app\.py"\]/],
  [
    'value-in-quotes',
    true,
    { ...ended(invalidUrl), model: `services:\n  web: {environment: {API_URL: '"http://api:8000"'}}\n` },
    /variable API_URL of web has its quotes in its value/,
    /write `- API_URL=http:\/\/api:8000`/,
  ],
  [
    'check-asks-head',
    true,
    failing('curl -sfI http://localhost:8000/health', 'HTTP/1.1 405 Method Not Allowed\nserver: uvicorn\nallow: GET\ncontent-type: application/json\n'),
    /with HEAD, which web answers with 405, while GET is allowed/,
    /"curl -o \/dev\/null -sf http:\/\/localhost:8000\/health"/,
  ],
  [
    'bash-in-sh',
    true,
    failing('echo > /dev/tcp/127.0.0.1/8000', "/bin/sh: can't create /dev/tcp/127.0.0.1/8000: nonexistent directory"),
    /uses `\/dev\/tcp`/,
    /^In .* write `test: \["CMD", "wget", "-q", "-O", "\/dev\/null", "http:\/\/127\.0\.0\.1:8000\/"\]`.*tcp: 8000/,
  ],
  [
    'bash-in-sh',
    true,
    failing('echo > /dev/tcp/127.0.0.1/8000', '/bin/sh: 1: cannot create /dev/tcp/127.0.0.1/8000: Directory nonexistent'),
    /uses `\/dev\/tcp`/,
    /"bash", "-c".*where its image has no bash, `x-torii: \{healthcheck: \{tcp: 8000\}\}`/,
  ],
  [
    'check-program-missing',
    true,
    {
      reason: 'health_tool_missing',
      check: ['bash', '-c', 'echo > /dev/tcp/127.0.0.1/8000'],
      attempts: [[-1, 'exec: "bash": executable file not found in $PATH']],
    },
    /runs bash, which its image does not have/,
    /^In .* write `x-torii: \{healthcheck: \{tcp: 8000\}\}` in the place of its `healthcheck:`/,
  ],
  [
    'check-single-quotes',
    true,
    failing("['curl', '-f', 'http://localhost:8000/healthz']", '/bin/sh: 1: [curl,: not found', {
      attempts: [[127, '/bin/sh: 1: [curl,: not found']],
    }),
    /list in single quotes.*looks for a program called `\[curl,`/,
    /HEALTHCHECK CMD \["curl", "-f", "http:\/\/localhost:8000\/healthz"\]/,
  ],
  [
    'command-single-quotes',
    true,
    ended('/bin/sh: 1: [python,: not found', { exitCode: 127, facts: factsOf({ command: ['/bin/sh', '-c', "['python', 'main.py']"] }) }),
    /command of web is a list in single quotes/,
    /CMD \["python", "main\.py"\]/,
  ],
  [
    'check-django-hosts',
    false,
    failing(urlopen, 'urllib.error.HTTPError: HTTP Error 400: Bad Request', { asked: [{ url: `${here}/health/`, status: 400, body: badRequest }] }),
    /ALLOWED_HOSTS of Django do not have localhost/,
    /ALLOWED_HOSTS = \["\*"\]/,
  ],
  [
    'redis-protected-mode',
    true,
    {
      ...ended(denied),
      others: [{ name: 'cache' }],
      model: 'services:\n  web: {}\n  cache: {command: [redis-server, --bind, 0.0.0.0]}\n',
    },
    /cache takes connections of its own container alone/,
    /`services: cache:`, write `command: \["redis-server", "--bind", "0\.0\.0\.0", "--protected-mode", "no"\]`/,
  ],
  [
    'other-listens-on-loopback',
    true,
    withDatabase(
      [
        ['127.0.0.1', 5432],
        ['::1', 5432],
      ],
      ['postgres'],
    ),
    /db listens on 127\.0\.0\.1 and ::1 only with port 5432/,
    /`services: db:`, write `command: \["postgres", "-c", "listen_addresses=\*"\]`/,
  ],
  [
    'other-listens-on-loopback',
    true,
    withDatabase([['127.0.0.1', 5432]], ['/start.sh']),
    /db listens on 127\.0\.0\.1 only/,
    /`\/start\.sh`\), write `postgres -c listen_addresses='\*'` in place of `postgres`/,
  ],
  [
    'check-through-proxy',
    true,
    failing('curl -fsS http://localhost:8000/healthz || exit 1', 'curl: (5) Could not resolve proxy: proxy.corp.example', {
      model: 'services:\n  web: {environment: {http_proxy: "http://proxy.corp.example:3128"}}\n',
    }),
    /through the proxy that http_proxy names/,
    /write `no_proxy: localhost,127\.0\.0\.1`/,
  ],
])('%s, certain: %s: %#', (id, certain, told, sentence, fix) => {
  const { causes, trouble } = findCauses(aCase(told))
  const cause = causes.find((each) => each.id === id)

  expect(cause?.sentence, JSON.stringify(causes)).toMatch(sentence)
  expect(cause?.fix).toMatch(fix)
  expect(cause?.tellsApart === null).toBe(certain)
  if (certain) expect(causes.map((each) => each.id)).toEqual([id])
  expect(trouble.detail).not.toMatch(/<\/?(?:html|body|h1)/)
})

test.each<[string, Told]>([
  ['not-as-root', ended('initdb: error: cannot be run as root\none more line\nanother\nthe third', {})],
  ['not-as-root', ended('initdb: error: cannot be run as root', { facts: factsOf({ user: 'postgres' }) })],
  ['check-sent-to-https', failing(urlopen, wrongVersion, { asked: [{ url: `${here}/health/`, status: 301, location: '/health' }] })],
  ['check-sent-to-https', failing('curl -f http://auth:9000/', wrongVersion)],
  ['runs-in-background', background(['redis-server', '--daemonize', 'no'])],
  ['runs-in-background', background(['nginx', '-g', 'daemon off;'])],
  ['runs-in-background', ended('', { exitCode: 0, ran: 90_000, facts: factsOf({ command: ['nginx'] }) })],
  ['runs-in-background', background(['memcached', '-m', '64'])],
  ['check-script-cut', failing(['sh', '-c', 'curl -f "$1"', '_', 'http://localhost:8000/'], '')],
  ['value-in-quotes', { ...ended('API_URL="http://api:8000"\nboom'), model: `services:\n  web: {environment: {API_URL: '"http://api:8000"'}}\n` }],
  [
    'value-in-quotes',
    { ...ended("TypeError: Invalid URL\n  base: 'http://api:8000'"), model: `services:\n  web: {environment: {API_URL: 'http://api:8000'}}\n` },
  ],
  ['check-single-quotes', failing("[ -f '/tmp/ready' ]", '')],
  ['check-django-hosts', failing(urlopen, 'HTTP Error 400: Bad Request', { asked: [{ url: `${here}/health/`, status: 400, body: 'no' }] })],
  ['other-listens-on-loopback', withDatabase([['0.0.0.0', 5432]], ['postgres'])],
  ['other-listens-on-loopback', withDatabase([['127.0.0.1', 5433]], ['postgres'])],
  ['check-through-proxy', failing('curl -f http://localhost:8000/', 'curl: (7) Failed to connect to localhost port 8000: Connection refused')],
])('%s says nothing where nothing shows it: %#', (id, told) => {
  expect(findCauses(aCase(told)).causes.map((cause) => cause.id)).not.toContain(id)
})

test('a value that may be secret is never told, with quotes or without', () => {
  const told = { ...ended(`ValueError: bad key: '"hunter2-hunter2"'`), model: `services:\n  web: {environment: {API_KEY: '"hunter2-hunter2"'}}\n` }
  const { causes } = findCauses(aCase(told))

  expect(causes.map(({ id }) => id)).toEqual(['value-in-quotes'])
  expect(causes[0]?.fix).toContain('- API_KEY=the-value')
  expect(JSON.stringify(causes)).not.toContain('hunter2')
})

test('what Torii itself asked is never the last that a service printed, and a check that asks a port which listens needs no longer start', () => {
  const logs = 'serving\n10.213.0.1 - - [30/Nov/2026:01:12:44 +0000] "GET /health/ HTTP/1.1" 301 0 "-" "torii-evidence"'
  const { trouble } = findCauses(aCase(failing('curl -f http://localhost:8000/', 'curl: (99) no', { sockets: ['0.0.0.0:8000'], seen: { logs } })))

  expect(trouble.detail).toMatch(/the last that web printed: serving/)
  expect(trouble.fix).not.toMatch(/start_period/)
})
