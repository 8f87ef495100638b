import { expect, test } from 'vitest'
import { findCauses } from '../../../../src/deploy/causes/find-causes.ts'
import { aCase, ended, factsOf, type Told } from './a-case.ts'

const silent = (check: string | string[], more: Partial<Told> = {}, said = ''): Told => ({
  reason: 'container_unhealthy',
  detail: '2 checks in a row failed, the last one with exit code 1',
  check,
  attempts: [
    [1, said],
    [1, said],
  ],
  ...more,
})
const on = (path: string, status: number, body = '') => ({ url: `http://10.213.0.18:8000${path}`, status, body })
const grep = (pattern: string) => `curl -fs http://localhost:8000/health | grep -q ${pattern}`
const entry = (processes: string[], command = ['gunicorn', 'app:app']) => ({
  processes,
  seen: { facts: factsOf({ entrypoint: ['/app/entrypoint.sh'], command }) },
})

// Docker 26.1.5, busybox 1.35, procps 4, curl 8.
test.each<[string, boolean, Told, RegExp, RegExp]>([
  [
    'check-file-missing',
    true,
    silent(['test', '-f', '/tmp/ready']),
    /waits for \/tmp\/ready, which was not there at any check/,
    /make \/tmp\/ready.*start_period/,
  ],
  ['check-file-missing', true, silent('[ -e /run/worker.alive ] || exit 1'), /waits for \/run\/worker\.alive/, /\/run\/worker\.alive/],
  ['check-file-missing', true, silent('cat /tmp/ready', {}, 'cat: /tmp/ready: No such file or directory'), /waits for \/tmp\/ready/, /start_period/],
  ['check-file-missing', false, silent('test -f /tmp/a && wget -q http://localhost:9/'), /\/tmp\/a, which was perhaps never made/, /\/tmp\/a/],
  ['check-file-missing', false, silent(['test', '-f', '/tmp/ready'], { seen: { logs: 'loading the model' } }), /\/tmp\/ready/, /start_period/],
  [
    'check-process-missing',
    true,
    silent(['pgrep', 'celery'], { processes: ['/usr/bin/python3 /app/worker.py'] }),
    /looks for a process called celery, and none runs/,
    /test: \["CMD", "pgrep", "-f", "worker\.py"\]/,
  ],
  [
    'check-process-missing',
    true,
    silent('pgrep worker.py > /dev/null', { processes: ['/usr/bin/python3 /app/worker.py'] }),
    /looks for a program called worker\.py, which is only an argument/,
    /test: \["CMD", "pgrep", "-f", "worker\.py"\]/,
  ],
  [
    'check-expects-text',
    true,
    silent(grep(`'"status":"ok"'`), { sockets: ['0.0.0.0:8000'], asked: [on('/health', 200, '{"status": "ok"}\n')] }),
    /looks for `"status":"ok"` in the answer of \/health, which is 200 and says: \{"status": "ok"\}/,
    /grep -q '\\"status\\": \\"ok\\"'"\]`, the words as they are answered/,
  ],
  [
    'check-expects-text',
    true,
    silent(grep('healthy'), { sockets: ['0.0.0.0:8000'], asked: [on('/health', 200, 'up')] }),
    /looks for `healthy`/,
    /test: \["CMD", "curl", "-fsS", "-o", "\/dev\/null", "http:\/\/localhost:8000\/health"\]/,
  ],
  [
    'check-expects-text',
    false,
    silent(grep(`'ok[0-9]'`), { sockets: ['0.0.0.0:8000'], asked: [on('/health', 200, 'up')] }),
    /looks for `ok\[0-9\]`/,
    /content with a good status/,
  ],
  [
    'check-expects-status',
    true,
    silent('[ "$(curl -s -o /dev/null -w "%{http_code}" http://localhost:8000/health)" = "200" ]', { sockets: ['0.0.0.0:8000'], asked: [on('/health', 204)] }),
    /wants 200 of \/health, which answers 204/,
    /= \\"204\\" \]"\]/,
  ],
  [
    'check-shell-list',
    true,
    {
      ...silent([]),
      check: null,
      planned: {
        check: { test: ['CMD-SHELL', 'wget', '-q', 'http://127.0.0.1:8000/'], interval: 1, timeout: 1, retries: 1, startPeriod: 0, startInterval: 0 },
      },
    },
    /the shell runs the first word alone: `wget`/,
    /test: \["CMD-SHELL", "wget -q http:\/\/127\.0\.0\.1:8000\/"\]/,
  ],
  [
    'check-operators-in-exec',
    true,
    silent(['wget', '-q', 'http://127.0.0.1:8000/', '||', 'exit', '1'], {}, "wget: bad address '||'"),
    /has `\|\|` among its words/,
    /test: \["CMD-SHELL", "wget -q http:\/\/127\.0\.0\.1:8000\/ \|\| exit 1"\]/,
  ],
  [
    'listens-on-random-port',
    true,
    { reason: 'app_refused', sockets: ['0.0.0.0:44375'], probes: [{ hop: 'backend', status: 502 }], seen: { facts: factsOf({ variables: ['PATH'] }) } },
    /listens on port 44375, which the kernel chose for it, as it was told none \(PORT is not set\); asked is port 8000/,
    /environment:`, write `PORT: "8000"`/,
  ],
  [
    'listens-on-random-port',
    true,
    silent('wget http://127.0.0.1:3000/', { sockets: ['[::]:40000'], seen: { facts: factsOf({ settings: { HTTP_PORT: '0' }, variables: ['HTTP_PORT'] }) } }),
    /HTTP_PORT is set to 0/,
    /HTTP_PORT: "3000"/,
  ],
  [
    'entrypoint-drops-command',
    false,
    {
      reason: 'container_exited',
      check: null,
      seen: { state: 'exited', exitCode: 0, logs: 'done', facts: factsOf({ entrypoint: ['/app/entrypoint.sh'], command: ['gunicorn', 'app:app'] }) },
    },
    /\/app\/entrypoint\.sh of web ended with exit code 0 after 1 s without starting its command `gunicorn app:app`/,
    /as the last line of \/app\/entrypoint\.sh write `exec "\$@"`/,
  ],
  [
    'entrypoint-runs-another',
    true,
    silent('wget http://127.0.0.1:8000/', entry(['python -m http.server 5000'])),
    /started something else than its command `gunicorn app:app`: what runs is python -m http\.server 5000/,
    /exec "\$@"/,
  ],
  [
    'entrypoint-runs-another',
    true,
    silent('wget http://127.0.0.1:8000/', entry(['/bin/sh /app/entrypoint.sh gunicorn app:app', 'tail -f /dev/null'])),
    /has not come to its command `gunicorn app:app`: what runs is tail -f/,
    /exec "\$@"/,
  ],
  [
    'entrypoint-runs-another',
    false,
    silent('wget http://127.0.0.1:8000/', entry(['/bin/sh /app/entrypoint.sh gunicorn app:app', 'python manage.py migrate'])),
    /has not come to its command/,
    /exec "\$@"/,
  ],
  [
    'port-taken-inside',
    true,
    {
      reason: 'container_exited',
      check: null,
      seen: {
        state: 'exited',
        exitCode: 1,
        logHead: 'api listening on 0.0.0.0:3000',
        logs: 'api listening on 0.0.0.0:3000\nError: listen EADDRINUSE: address already in use 0.0.0.0:3000\n    at x (node:net:1:1)',
      },
    },
    /port 3000 is taken inside its own container, by what said before: api listening on 0\.0\.0\.0:3000/,
    /listen on port 3000/,
  ],
  [
    'heap-exhausted',
    true,
    {
      reason: 'container_exited',
      check: null,
      seen: {
        state: 'exited',
        exitCode: 139,
        logs: 'loading\nFATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory\n----- Native stack trace -----\n\n 1: 0x1add9b6 [node]\n 2: 0xf2608c [node]',
      },
    },
    /ran out of memory by its own measure/,
    /NODE_OPTIONS: --max-old-space-size=2048`, or let web hold less/,
  ],
  [
    'check-form-in-string',
    true,
    { ...silent('CMD wget -q http://127.0.0.1:8000/', {}, '/bin/sh: CMD: not found'), reason: 'health_tool_missing' },
    /begins with `CMD`/,
    /test: \["CMD-SHELL", "wget -q http:\/\/127\.0\.0\.1:8000\/"\]/,
  ],
  [
    'check-script-missing',
    true,
    silent(['node', 'healthcheck.js'], {}, "Error: Cannot find module '/app/healthcheck.js'\n    at x (node:internal:1:1)"),
    /runs \/app\/healthcheck\.js, which is not in its container/,
    /"node", "-e", "fetch\('http:\/\/127\.0\.0\.1:8000\/'\).*COPY healthcheck\.js \/app\/healthcheck\.js/,
  ],
  [
    'check-module-missing',
    true,
    silent(['python', '-c', "import requests; requests.get('http://127.0.0.1:8000/h')"], {}, "ModuleNotFoundError: No module named 'requests'"),
    /needs the package requests/,
    /"python", "-c", "import urllib\.request; .*8000\/h.*pip install --no-cache-dir requests/,
  ],
  [
    'check-asks-head',
    true,
    silent('curl -fsSI http://localhost:8000/ || exit 1', { asked: [on('/', 200)] }, 'curl: (22) The requested URL returned error: 501'),
    /asks \/ with HEAD, which web answers with 501, while GET is answered with 200/,
    /"curl -o \/dev\/null -fsS http:\/\/localhost:8000\/ \|\| exit 1"/,
  ],
  [
    'check-closed-without-answer',
    true,
    silent('curl -fsS http://localhost:8000/', { sockets: ['0.0.0.0:8000'] }, 'curl: (52) Empty reply from server'),
    /closes it without an answer/,
    /x-torii: \{healthcheck: \{tcp: 8000\}\}/,
  ],
  [
    'check-socket-elsewhere',
    true,
    silent('pg_isready -U app', { sockets: ['0.0.0.0:5432'] }, '/var/run/postgresql:5432 - no response'),
    /asks over the socket in \/var\/run\/postgresql, where web has none, while it listens on port 5432/,
    /"pg_isready -h 127\.0\.0\.1 -U app"/,
  ],
  [
    'start-file-missing',
    true,
    {
      reason: 'container_exited',
      check: null,
      seen: { state: 'exited', exitCode: 2, logs: "python: can't open file '/app/app.py': [Errno 2] No such file or directory" },
    },
    /told to run \/app\/app\.py, which is not in its container/,
    /copy \/app\/app\.py into its image/,
  ],
  [
    'start-file-missing',
    true,
    {
      ...ended('Error: Unable to access jarfile /app/shop.jar'),
      model: 'services: {web: {image: "web:1", volumes: [{type: volume, source: data, target: /app/data}], tmpfs: ["/app/:size=64m"]}}',
    },
    /told to run \/app\/shop\.jar, which is not in its container: a tmpfs, mounted at \/app, hides what its image has there/,
    /^In the Compose file, under `services: web:`, remove the line that mounts a tmpfs at \/app/,
  ],
  [
    'listens-on-unix-socket',
    true,
    silent(
      'wget http://127.0.0.1:8000/',
      { sockets: [], seen: { facts: factsOf({ command: ['gunicorn', '--bind', 'unix:/tmp/g.sock', 'app:app'] }) } },
      'Connection refused',
    ),
    /listens on a socket file \(`unix:\/tmp\/g\.sock`\) and on no port/,
    /command: \["gunicorn", "--bind", "0\.0\.0\.0:8000", "app:app"\]/,
  ],
  [
    'check-unexplained',
    false,
    silent(['python', '-c', 'import sys; sys.exit(3)'], { seen: { logs: 'cache warm' } }),
    /`python -c import sys; sys\.exit\(3\)`, failed 2 times in a row, the last time with exit code 1 and without a word; the last that web printed: cache warm/,
    /docker exec c1 python -c 'import sys; sys\.exit\(3\)'/,
  ],
  [
    'end-unexplained',
    false,
    { reason: 'container_exited', detail: 'exit code 3', check: null, seen: { state: 'exited', exitCode: 3, facts: factsOf({ command: ['/app/run'] }) } },
    /it ran `\/app\/run` and printed nothing/i,
    /docker run --rm -it --entrypoint sh web:1/,
  ],
])('%s, certain: %s', (id, certain, told, sentence, fix) => {
  const { causes, trouble } = findCauses(aCase(told))
  const cause = causes.find((each) => each.id === id)

  expect(cause?.sentence, JSON.stringify(causes)).toMatch(sentence)
  expect(cause?.fix).toMatch(fix)
  expect(cause?.tellsApart === null).toBe(certain)
  if (certain) expect(causes.length).toBe(1)
  expect(trouble.detail.toLowerCase()).toContain((cause?.sentence ?? '').slice(0, 20).toLowerCase())
})

test.each<[string, Told]>([
  [
    'check-file-missing',
    silent('test -f /tmp/ready', {
      attempts: [
        [0, ''],
        [1, ''],
      ],
    }),
  ],
  ['check-file-missing', silent(['/check.sh', '/tmp/ready'])],
  ['check-process-missing', silent('pgrep worker.py', { processes: null as never })],
  ['check-process-missing', silent('pgrep nginx', { processes: [] })],
  ['check-expects-text', silent(grep('ok'), { asked: [on('/health', 200, 'ok')] })],
  ['check-expects-text', silent(grep('ok'), { asked: [] })],
  ['listens-on-random-port', { reason: 'app_refused', sockets: ['0.0.0.0:3000'], probes: [{ hop: 'backend', status: 502 }] }],
  ['listens-on-random-port', { reason: 'app_refused', sockets: ['0.0.0.0:44375'], seen: { facts: factsOf({ command: ['app', '--port', '44375'] }) } }],
  ['entrypoint-runs-another', silent('wget http://127.0.0.1:8000/', entry(['/usr/bin/python3 /usr/local/bin/gunicorn app:app']))],
  ['entrypoint-runs-another', silent('wget http://127.0.0.1:8000/', entry(['postgres'], ['postgres']))],
  ['check-unexplained', { ...silent('exit 1'), attempts: [] }],
  ['check-asks-head', silent('curl -fsSI http://localhost:8000/', { asked: [on('/', 501)] }, 'curl: (22) The requested URL returned error: 501')],
  ['check-socket-elsewhere', silent('pg_isready', { sockets: [] }, '/var/run/postgresql:5432 - no response')],
  ['check-closed-without-answer', silent('curl http://other:8000/', {}, 'curl: (52) Empty reply from server')],
  ['check-form-in-string', silent('CMDER wget', {}, 'x')],
])('%s says nothing where nothing shows it: %#', (id, told) => {
  expect(findCauses(aCase(told)).causes.map((cause) => cause.id)).not.toContain(id)
})

test('who knows nothing else says so only where nothing else is known', () => {
  const { causes } = findCauses(aCase(silent('curl -f http://localhost:8000/health', { sockets: ['0.0.0.0:3000'] }, 'Connection refused')))

  expect(causes.map(({ id }) => id)).toEqual(['check-asks-other-port'])
})
