import { expect, test } from 'vitest'
import { findCauses } from '../../../../src/deploy/causes/find-causes.ts'
import { aCase, type Told } from './a-case.ts'

const curl = 'curl -f http://localhost:8000/health || exit 1'
const wget = 'wget -q -O /dev/null http://localhost:8000/health || exit 1'
const refused = 'curl: (7) Failed to connect to localhost port 8000 after 0 ms: Connection refused'
const late = 'Health check exceeded timeout (2s)'
const unhealthy = (told: Omit<Told, 'reason'>): Told => ({ reason: 'container_unhealthy', ...told })

// Texts of Docker 26.1.5, curl 8, busybox 1.35, dash 0.5.12 (facts/engine.json).
test.each<[string, Told, RegExp, RegExp]>([
  [
    'check-program-missing',
    { reason: 'health_tool_missing', check: curl, attempts: [[127, '/bin/sh: 1: curl: not found']], processes: ['python app.py'] },
    /runs curl, which its image does not have/,
    /test: \["CMD", "python3", "-c", "import urllib\.request.*127\.0\.0\.1:8000\/health/,
  ],
  [
    'check-program-missing',
    { reason: 'health_tool_missing', check: curl, attempts: [[127, '/bin/sh: curl: not found']], processes: ['node server.js'] },
    /runs curl/,
    /"node", "-e", "fetch\('http:\/\/127\.0\.0\.1:8000\/health'\)/,
  ],
  [
    'check-program-missing',
    { reason: 'health_tool_missing', check: curl, attempts: [[1, '/bin/sh: curl: not found']], processes: ['/app'] },
    /runs curl/,
    /test: \["CMD", "wget", "-q", "-O", "\/dev\/null", "http:\/\/127\.0\.0\.1:8000\/health"\]/,
  ],
  [
    'check-program-missing',
    {
      reason: 'health_tool_missing',
      check: ['jq', '.'],
      attempts: [[-1, 'OCI runtime exec failed: exec failed: unable to start container process: exec: "jq": executable file not found in $PATH: unknown']],
    },
    /runs jq/,
    /RUN apt-get update && apt-get install -y --no-install-recommends jq/,
  ],
  [
    'check-program-missing',
    { reason: 'health_tool_missing', check: 'redis-cli ping', attempts: [[127, '/bin/sh: 1: redis-cli: not found']] },
    /runs redis-cli/,
    /apt-get install -y --no-install-recommends redis-tools/,
  ],
  [
    'check-program-missing',
    { reason: 'health_tool_missing', check: 'redis-cli ping', attempts: [[127, '/bin/sh: redis-cli: not found']] },
    /runs redis-cli/,
    /RUN apk add --no-cache redis`/,
  ],
  [
    'check-program-missing',
    { reason: 'health_tool_missing', check: 'curl localhost:80', attempts: [[127, '/bin/sh: curl: not found']], planned: { image: 'busybox:1.37' } },
    /runs curl/,
    /test: \["CMD", "wget"/,
  ],
  [
    'check-program-missing',
    { reason: 'health_tool_missing', check: 'mongosh --eval 1', attempts: [[127, '/bin/sh: 1: mongosh: not found']] },
    /runs mongosh/,
    /^Use an image that has mongosh, or write `x-torii: \{healthcheck: \{tcp: 27017\}\}`/,
  ],
  [
    'no-shell-in-image',
    {
      reason: 'health_tool_missing',
      check: '/app -healthy || exit 1',
      attempts: [
        [-1, 'OCI runtime exec failed: exec failed: unable to start container process: exec: "/bin/sh": stat /bin/sh: no such file or directory: unknown'],
      ],
    },
    /needs the shell \/bin\/sh/,
    /test: \["CMD", "\/app", "-healthy"\]/,
  ],
  [
    'check-may-not-run',
    unhealthy({
      check: ['/check.sh'],
      attempts: [[-1, 'OCI runtime exec failed: exec failed: unable to start container process: exec: "/check.sh": permission denied: unknown']],
    }),
    /runs \/check\.sh, which its user may not execute/,
    /RUN chmod 755 \/check\.sh/,
  ],
  [
    'bash-in-sh',
    unhealthy({ check: 'exec 3<>/dev/tcp/localhost/8000', attempts: [[2, '/bin/sh: 1: cannot create /dev/tcp/localhost/8000: Directory nonexistent']] }),
    /uses `\/dev\/tcp`/,
    /test: \["CMD", "bash", "-c", "exec 3<>\/dev\/tcp/,
  ],
  ['bash-in-sh', unhealthy({ check: '[[ -f /tmp/ready ]]', attempts: [[127, '/bin/sh: 1: [[: not found']] }), /`\[\[ … \]\]`/, /"bash", "-c"/],
  ['bash-in-sh', unhealthy({ check: 'set -o pipefail; true', attempts: [[2, '/bin/sh: 1: set: Illegal option -o pipefail']] }), /pipefail/, /"bash"/],
  [
    'dollar-eaten',
    unhealthy({ check: 'curl -f http://localhost:/health', attempts: [[3, 'curl: (3) URL using bad/illegal format or missing URL']] }),
    /has lost a variable/,
    /write every `\$` twice/,
  ],
  [
    'check-syntax',
    unhealthy({ check: 'if true; then', attempts: [[2, '/bin/sh: 1: Syntax error: end of file unexpected (expecting "fi")']] }),
    /cannot read the health check/,
    /correct `services: web: healthcheck: test:`/,
  ],
  [
    'check-asks-other-port',
    unhealthy({ check: curl, attempts: [[7, refused]], sockets: ['0.0.0.0:3000'] }),
    /asks port 8000, but web listens on port 3000/,
    /write `test: \["CMD-SHELL", "curl -f http:\/\/localhost:3000\/health \|\| exit 1"\]`/,
  ],
  [
    'check-localhost-is-ipv6',
    unhealthy({ check: wget, attempts: [[1, "wget: can't connect to remote host ([::1]:8000): Connection refused"]], sockets: ['0.0.0.0:8000'] }),
    /`localhost`, which its image takes for `::1`/,
    /http:\/\/127\.0\.0\.1:8000\/health/,
  ],
  [
    'check-loopback-but-own-address',
    unhealthy({ check: curl, attempts: [[7, refused]], sockets: ['10.213.0.18:8000'] }),
    /asks localhost, but web listens on 10\.213\.0\.18 only/,
    /listen on 0\.0\.0\.0/,
  ],
  [
    'check-127-but-ipv6-only',
    unhealthy({ check: 'curl -f http://127.0.0.1:8000/', attempts: [[7, refused]], sockets: ['[::1]:8000'] }),
    /listens on `::1` only/,
    /listen on 0\.0\.0\.0/,
  ],
  [
    'check-asks-name-but-loopback',
    unhealthy({
      check: 'curl -f http://web:8000/',
      attempts: [[7, 'curl: (7) Failed to connect to web port 8000: Connection refused']],
      sockets: ['127.0.0.1:8000'],
    }),
    /listens on 127\.0\.0\.1 only/,
    /listen on 0\.0\.0\.0/,
  ],
  [
    'check-path-missing',
    unhealthy({
      check: curl,
      attempts: [[22, 'curl: (22) The requested URL returned error: 404']],
      asked: [{ url: 'http://10.213.0.18:8000/healthz', status: 200 }],
    }),
    /asks \/health, which web answers with 404/,
    /localhost:8000\/healthz/,
  ],
  [
    'check-path-missing',
    unhealthy({
      check: curl,
      attempts: [[22, 'curl: (22) The requested URL returned error: 404']],
      seen: { facts: { user: '', entrypoint: [], command: [], platform: null, memoryLimit: 0, restart: 'no', settings: { BASE_PATH: '/shop' } } },
    }),
    /serves below \/shop \(BASE_PATH\)/,
    /localhost:8000\/shop\/health/,
  ],
  [
    'check-refused-by-status',
    unhealthy({ check: curl, attempts: [[22, 'curl: (22) The requested URL returned error: 401']] }),
    /answers its own health check with 401/,
    /without a login/,
  ],
  [
    'check-refused-by-status',
    unhealthy({
      check: curl,
      attempts: [[22, 'curl: (22) The requested URL returned error: 500']],
      asked: [{ url: 'http://10.213.0.18:8000/health', status: 500, body: '{"checks": {"database": "no database \\"shop\\""}}\n' }],
    }),
    /with 500 on \/health: \{"checks": \{"database": "no database \\"shop\\""\}\}/,
    /Correct what makes web answer 500/,
  ],
  [
    'check-refused-by-status',
    unhealthy({ check: curl, attempts: [[22, 'curl: (22) The requested URL returned error: 503']] }),
    /with 503 on \/health/,
    /Correct what makes web answer 503/,
  ],
  [
    'check-hangs',
    {
      reason: 'health_check_hangs',
      check: 'sleep 1000',
      attempts: [
        [-1, late],
        [-1, late],
        [-1, late],
      ],
    },
    /does not end: it runs `sleep 1000`/,
    /asks once and returns/,
  ],
  [
    'check-timeout-too-short',
    {
      reason: 'health_check_hangs',
      check: curl,
      times: { timeout: 2000 },
      attempts: [
        [-1, late],
        [0, '', 1900],
        [-1, late],
        [-1, late],
      ],
    },
    /needs longer to answer its health check than the timeout of 2 s/,
    /timeout: 10s/,
  ],
  [
    'flapping',
    unhealthy({
      check: curl,
      attempts: [
        [0, ''],
        [7, 'no'],
        [0, ''],
        [7, 'no'],
        [7, 'no'],
      ],
    }),
    /well and ill by turns/,
    /retries: 6/,
  ],
])('%s: what it says and what to write', (id, told, sentence, fix) => {
  const { causes, trouble } = findCauses(aCase(told))

  expect(causes.map((cause) => cause.id)).toEqual([id])
  expect(trouble.detail).toMatch(sentence)
  expect(trouble.fix).toMatch(fix)
  expect(trouble.reason).toBe(told.reason)
  expect(causes[0]?.evidence.length).toBeGreaterThan(0)
})

test.each<[string, Told, string[]]>([
  [
    'a slow endpoint and one that hangs',
    {
      reason: 'health_check_hangs',
      check: curl,
      times: { timeout: 5000 },
      attempts: [
        [-1, late],
        [-1, late],
        [-1, late],
      ],
      sockets: ['0.0.0.0:8000'],
    },
    ['check-hangs', 'check-timeout-too-short'],
  ],
  [
    'nothing listens: it starts slowly, or it never will',
    unhealthy({ check: curl, attempts: [[7, refused]], sockets: [], seen: { logs: 'loading the model' } }),
    ['nothing-listens', 'slow-start'],
  ],
  [
    'several ports it may be',
    unhealthy({ check: curl, attempts: [[7, refused]], sockets: ['0.0.0.0:3000', '0.0.0.0:9090'] }),
    ['check-asks-other-port', 'slow-start'],
  ],
])('where two fit both are said, in order, with what would tell them apart: %s', (_, told, ids) => {
  const { causes, trouble } = findCauses(aCase(told))

  expect(causes.map(({ id }) => id)).toEqual(ids)
  expect(trouble.detail).toMatch(/^most likely .*; or /)
  expect(trouble.fix).toMatch(/If that is not it: |; else correct/)
  expect(trouble.fix?.match(/`start_period:/g)?.length ?? 0).toBeLessThan(2)
  expect(causes.every(({ tellsApart }) => tellsApart !== null)).toBe(true)
})

test('a deadline that the settings of the check reach only later is said', () => {
  const { causes } = findCauses(aCase({ reason: 'health_timeout', check: curl, times: { startPeriod: 600_000 }, attempts: [[1, 'loading']] }))

  expect(causes[0]).toMatchObject({ id: 'check-cannot-decide-in-time', sentence: expect.stringMatching(/only after 6\d\d s/) })
})
