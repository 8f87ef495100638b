import { expect, test } from 'vitest'
import { findCauses } from '../../../../src/deploy/causes/find-causes.ts'
import { aCase, ended, factsOf, type Told } from './a-case.ts'

const answered = (status: number, told: Partial<Told> = {}): Told => ({
  reason: status >= 500 ? 'app_error' : 'app_status',
  detail: status >= 500 ? `HTTP ${status} on /` : `${status} on /`,
  probes: [{ status, detail: `HTTP ${status} from the app` }],
  ...told,
})
const runs = (...command: string[]) => factsOf({ command })
const at = (path: string, status: number) => ({ url: `http://10.213.0.18:8000${path}`, status })
const pydantic = `  File "/usr/lib/python3/site-packages/pydantic_settings/main.py", line 292, in __init__
pydantic_core._pydantic_core.ValidationError: 2 validation errors for Settings
database_url
  Field required [type=missing, input_value={}, input_type=dict]
    For further information visit https://errors.pydantic.dev/2.14/v/missing
secret_key
  Field required [type=missing, input_value={}, input_type=dict]
    For further information visit https://errors.pydantic.dev/2.14/v/missing`
const zod = `ZodError: [
  {
    "expected": "string",
    "code": "invalid_type",
    "path": [
      "DATABASE_URL"
    ],
    "message": "Invalid input: expected string, received undefined"
  },
  {
    "expected": "string",
    "code": "invalid_type",
    "path": [
      "JWT_SECRET"
    ],
    "message": "Invalid input: expected string, received undefined"
  }
]
    at Object.<anonymous> (/app/main.cjs:2:76)

Node.js v24.21.0`
const envalid = `================================
 Missing environment variables:
    DATABASE_URL: undefined
    JWT_SECRET: undefined
================================

 Exiting with error code 1`
const expressStack =
  "Error: Cannot find module 'express'\nRequire stack:\n- /app/server.js\n    at Module._resolve (node:internal/modules/cjs/loader:1)\n\nNode.js v24.21.0"
const built = (volumes: string, build = 'build: {context: /ext}') => `services:\n  web:\n    ${build}\n    volumes: [${volumes}]\n`
const bind = (target: string) => `{type: bind, source: /somewhere/else, target: ${target}}`

// Words of FastAPI 0.120 and Flask 3 under gunicorn 23 and uvicorn 0.40, nginx 1.22, Spring Boot 3, pydantic-settings 2, zod 4, envalid 8.
test.each<[string, Told, RegExp, RegExp]>([
  [
    'asgi-under-wsgi',
    answered(500, {
      seen: {
        logs: "TypeError: FastAPI.__call__() missing 1 required positional argument: 'send'",
        facts: runs('gunicorn', 'main:app', '--bind', '0.0.0.0:8000'),
      },
    }),
    /^web is an ASGI app, and its server \(gunicorn’s own workers\) calls it as a WSGI app \(HTTP 500 on \/\)$/,
    /write `command: \["uvicorn", "main:app", "--host", "0\.0\.0\.0", "--port", "8000"\]`/,
  ],
  [
    'wsgi-under-asgi',
    answered(500, {
      seen: {
        logs: "TypeError: Flask.__call__() missing 1 required positional argument: 'start_response'",
        facts: runs('uvicorn', 'main:app', '--port', '8000'),
      },
    }),
    /web is a WSGI app, and its server \(uvicorn\) calls it as an ASGI app/,
    /"--interface", "wsgi"\]`; or run it with a WSGI server: `gunicorn main:app --bind 0\.0\.0\.0:8000`/,
  ],
  [
    'no-index-page',
    answered(403, {
      seen: { logs: '2026/01/01 [error] 7#7: *1 directory index of "/usr/share/nginx/html/" is forbidden' },
      model: built(bind('/usr/share/nginx/html')),
    }),
    /^403 on \/, as there is no index\.html in \/usr\/share\/nginx\/html, where \/somewhere\/else is mounted$/,
    /Put index\.html into/,
  ],
  [
    'host-unknown',
    {
      ...ended('2026/01/01 00:00:00 [emerg] 1#1: host not found in upstream "api" in /etc/nginx/conf.d/default.conf:12'),
      others: [{ name: 'backend' }],
      model: built('{type: bind, source: /srv/default.conf, target: /etc/nginx/conf.d/default.conf}'),
    },
    /looks for a host called api, and no service of the extension is called that/,
    /^In \/srv\/default\.conf, line 12, write `\/\/backend` in place of `\/\/api` \(behind `server`: `server backend` in place of `server api`\): its services are called web, backend/,
  ],
  [
    'upstream-fails',
    {
      ...answered(502, { asked: [{ ...at('/', 502), body: '<h1>502 Bad Gateway</h1>' }], others: [{ name: 'backend' }] }),
      seen: {
        logs: '[error] connect() failed (111: Connection refused) while connecting to upstream, upstream: "http://127.0.0.1:9000/"\n[error] no live upstreams while connecting to upstream, upstream: "http://localhost/health"',
      },
    },
    /http:\/\/127\.0\.0\.1:9000\/ does not answer/,
    /pass requests on to `backend:9000` instead of `127\.0\.0\.1:9000`/,
  ],
  [
    'hidden-by-mount',
    { ...ended(expressStack), model: built(bind('/app')) },
    /^\/somewhere\/else, mounted at \/app, hides what the image of web has there, and has no express itself/,
    /remove the line that mounts \/somewhere\/else at \/app: .*; or, to keep it, write `- \/app\/node_modules` behind it/,
  ],
  [
    'hidden-by-mount',
    { ...ended("python: can't open file '/srv/main.py': [Errno 2] No such file or directory"), model: built('{type: volume, source: code, target: /srv}') },
    /^the volume code, mounted at \/srv, hides/,
    /the volume keeps an old one; .* such as \/srv\/data/,
  ],
  ['module-missing', { ...ended(expressStack), model: built(bind('/app'), 'image: node:24-slim') }, /module express is not in its image/, /package\.json/],
  ['module-missing', { ...ended(expressStack), model: built(bind('/data')) }, /module express is not in its image/, /npm ci/],
  ['module-missing', ended("ModuleNotFoundError: No module named 'yaml'"), /module yaml/, /pip install --no-cache-dir pyyaml`/],
  ['variable-missing', ended(pydantic), /the variables DATABASE_URL and SECRET_KEY are not set/, /`DATABASE_URL: the-value` and `SECRET_KEY: the-value`/],
  ['variable-missing', ended(zod), /the variables DATABASE_URL and JWT_SECRET are not set/, /`JWT_SECRET: the-value`/],
  ['variable-missing', ended(envalid), /the variables DATABASE_URL and JWT_SECRET are not set/, /`JWT_SECRET: the-value`/],
  [
    'variable-missing',
    ended('Error: Missing required environment variables: DATABASE_URL, JWT_SECRET, SMTP_HOST'),
    /the variables DATABASE_URL, JWT_SECRET and SMTP_HOST are not set/,
    /`DATABASE_URL: the-value` and `JWT_SECRET: the-value` and `SMTP_HOST: the-value`/,
  ],
  [
    'variable-missing',
    ended('decouple.UndefinedValueError: SECRET_KEY not found. Declare it as envvar or define a default value.'),
    /variable SECRET_KEY is not set/,
    /SECRET_KEY/,
  ],
  [
    'variable-missing',
    ended('django.core.exceptions.ImproperlyConfigured: Set the SECRET_KEY environment variable'),
    /variable SECRET_KEY/,
    /SECRET_KEY: the-value/,
  ],
  ['variable-missing', ended('2026/01/01 required key DATABASE_URL missing value'), /variable DATABASE_URL/, /DATABASE_URL: the-value/],
  [
    'host-not-allowed',
    answered(400, {
      asked: [at('/', 400)],
      seen: { logs: "Invalid HTTP_HOST header: 'localhost:8443'.", facts: factsOf({ settings: { ALLOWED_HOSTS: '*' } }) },
    }),
    /answers only for hosts it was told of/,
    /its variable ALLOWED_HOSTS says `\*` already, so it is not what decides\): in its settings\.py, write `ALLOWED_HOSTS = \["\*"\]`\.$/,
  ],
  [
    'host-not-allowed',
    answered(403, {
      asked: [
        {
          ...at('/', 403),
          body: 'Blocked request. This host ("localhost") is not allowed. To allow this host, add "localhost" to `server.allowedHosts` in vite.config.js.',
        },
      ],
    }),
    /answers only for hosts it was told of/,
    /in its vite\.config\.js, write `server: \{allowedHosts: true\}`/,
  ],
  [
    'extra-missing',
    ended('RuntimeError: Form data requires "python-multipart" to be installed. \nYou can install "python-multipart" with: \n\npip install python-multipart\n'),
    /package python-multipart/,
    /pip install --no-cache-dir python-multipart`/,
  ],
  [
    'app-not-there',
    ended('ERROR:    Error loading ASGI app. Attribute "application" not found in module "main".', {
      facts: runs('uvicorn', 'main:application', '--port', '8000'),
    }),
    /told to run main:application, and main has no application/,
    /write `command: \["uvicorn", "main:app", "--port", "8000"\]`, or whatever main calls its app/,
  ],
  [
    'app-not-there',
    ended(
      "ModuleNotFoundError: No module named 'app'\n[2026-01-01 00:00:00 +0000] [1] [ERROR] Worker (pid:7) exited with code 3.\n[2026-01-01 00:00:00 +0000] [1] [ERROR] Reason: Worker failed to boot.",
      {
        facts: runs('gunicorn', 'app:app'),
      },
    ),
    /told to run app:app, and there is no module app where it runs/,
    /for main\.py: `main:app`/,
  ],
  [
    'not-built',
    ended("Error: Could not find a production build in the '.next' directory. Try building your app with 'next build'"),
    /started before it was built: \.next/,
    /RUN npx next build/,
  ],
  [
    'not-built',
    ended("Error: Cannot find module '/app/dist/main.js'\n    at x (node:internal:1:1)\n\nNode.js v24.1.0"),
    /\/app\/dist\/main\.js is not in its image/,
    /RUN npm run build/,
  ],
  [
    'module-kind',
    ended(
      "/app/server.js:1\nimport http from 'http'\n^^^^^^\n\nSyntaxError: Cannot use import statement outside a module\n    at wrapSafe (node:internal/modules/cjs/loader:1)\n\nNode.js v24.1.0",
    ),
    /\/app\/server\.js of web uses `import`, and Node\.js takes it for CommonJS/,
    /write `"type": "module"`/,
  ],
  [
    'config-unreadable',
    {
      ...ended('2026/01/01 00:00:00 [emerg] 1#1: unexpected "}" in /etc/nginx/conf.d/default.conf:5'),
      model: built('{type: bind, source: /x/a.conf, target: /etc/nginx/conf.d/default.conf}'),
    },
    /nginx cannot read \/x\/a\.conf, line 5: unexpected "}"/,
    /Correct line 5 of \/x\/a\.conf, or the one before it/,
  ],
  [
    'config-unreadable',
    ended('Error: adapting config using caddyfile: /etc/caddy/Caddyfile:3: unrecognized directive: revers_proxy'),
    /Caddy cannot read \/etc\/caddy\/Caddyfile, line 3: unrecognized directive/,
    /line 3/,
  ],
  [
    'django-hosts',
    answered(400, { asked: [{ ...at('/', 400), body: '<title>Bad Request (400)</title>' }, at('/health', 400)] }),
    /^400 on \/, because Django answers only for hosts in its ALLOWED_HOSTS/,
    /ALLOWED_HOSTS = \["\*"\]/,
  ],
  [
    'django-silent',
    answered(500, {
      ...{ asked: [{ ...at('/', 500), body: '<h1>Server Error (500)</h1>' }, at('/health', 200)], others: [{ name: 'db' }] },
      seen: { facts: runs('gunicorn', 'shop.wsgi') },
    }),
    /^HTTP 500 on \/, and Django prints no error of it while DEBUG is off$/,
    /LOGGING = \{"version": 1, "disable_existing_loggers": False, .*migrate --noinput && exec gunicorn shop\.wsgi"/,
  ],
  [
    'listens-on-loopback',
    {
      ...{ reason: 'app_refused', sockets: ['[::1]:8000'], probes: [{ hop: 'backend', status: 502 }] },
      seen: { facts: runs('npm', 'run', 'dev', '--host', '0.0.0.0') },
      processes: ['node /srv/node_modules/.bin/vite 0.0.0.0'],
    },
    /listens on ::1 only/,
    /write `command: \["npm", "run", "dev", "--", "--host", "0\.0\.0\.0"\]`, as npm keeps/,
  ],
  [
    'listens-on-loopback',
    {
      ...{ reason: 'app_refused', sockets: ['127.0.0.1:8000'], probes: [{ hop: 'backend', status: 502 }] },
      seen: { facts: runs('uvicorn', 'app:app', '--host', '127.0.0.1') },
    },
    /listens on 127\.0\.0\.1 only/,
    /listen on 0\.0\.0\.0: in the Compose file.*write `command: \["uvicorn", "app:app", "--host", "0\.0\.0\.0"\]`/,
  ],
  [
    'listens-on-loopback',
    {
      ...{ reason: 'app_refused', sockets: ['127.0.0.1:8000'], probes: [{ hop: 'backend', status: 502 }] },
      seen: { facts: runs('npm', 'run', 'dev') },
      processes: ['node /srv/node_modules/.bin/vite'],
    },
    /listens on 127\.0\.0\.1 only/,
    /write `command: \["npm", "run", "dev", "--", "--host", "0\.0\.0\.0"\]`/,
  ],
  [
    'read-only',
    ended("Error: ENOENT: no such file or directory, mkdir '/srv/.cache/pages'", { facts: factsOf({ readOnly: true }) }),
    /may not write \/srv\/\.cache\/pages: `read_only: true` forbids it/,
    /write `tmpfs: \[\/srv\/\.cache\/pages\]`/,
  ],
  [
    'read-only',
    ended("Error: EROFS: read-only file system, mkdir '/app/.next/cache'", { facts: factsOf({ readOnly: true }) }),
    /may not write \/app\/\.next\/cache: `read_only: true` forbids it/,
    /write `tmpfs: \[\/app\/\.next\/cache\]`/,
  ],
])('%s: what it says and what to write', (id, told, sentence, fix) => {
  const { causes, trouble } = findCauses(aCase(told))

  expect(causes.map((cause) => cause.id)).toEqual([id])
  expect(trouble.detail).toMatch(sentence)
  expect(trouble.fix).toMatch(fix)
  expect(causes[0]?.tellsApart).toBeNull()
})

test('a server that says below which path it serves explains the 404 of another', () => {
  const { trouble, causes } = findCauses(
    aCase(answered(404, { asked: [at('/', 404)], seen: { logHead: "Tomcat started on port 8000 (http) with context path '/shop'", logs: 'Started App' } })),
  )

  expect(causes.map(({ id }) => id)).toEqual(['context-path'])
  expect(trouble.detail).toBe('404 on /, most likely because web serves below /shop by its own words')
  expect(trouble.fix).toMatch(/^At the top level of the Compose file, write `x-torii: \{probe: \{path: \/shop\/\}\}`/)
})

test('a host that is a service and has ended is not waited for: what ended it is named', () => {
  const told = ended('[emerg] host not found in upstream "api" in /etc/nginx/nginx.conf:3')
  const seen = aCase({ ...told, others: [{ name: 'api' }], logs: { api: 'ValueError: no' } })
  const gone = seen.evidence.containers.map((each) => (each.service === 'api' ? { ...each, state: 'exited', exitCode: 1 } : each))
  const { trouble } = findCauses({ ...seen, evidence: { ...seen.evidence, containers: gone } })

  expect(trouble.detail).toMatch(/web looks for api, which does not run: it ended with exit code 1 \(ValueError: no\)/)
  expect(trouble.fix).toBe('Correct what ends api (`torii logs hello api`).')
})

test.each([
  `${pydantic}\nusing defaults\nserving\nclosed`,
  'pydantic_core._pydantic_core.ValidationError: 1 validation error for Order\namount\n  Field required [type=missing, input_value={}, input_type=dict]',
  'ZodError: [\n  {\n    "path": [\n      "body"\n    ],\n    "message": "Required"\n  }\n]\nserved 400\nidle\nclosed',
])('what judges requests, or went on, misses no variable: %#', (logs) => {
  expect(findCauses(aCase(ended(logs))).causes.filter(({ id, tellsApart }) => id === 'variable-missing' && tellsApart === null)).toEqual([])
})

test('where hosts are allowed already, 400 on every path is not blamed on them', () => {
  const { causes } = findCauses(
    aCase(answered(400, { asked: [at('/', 400), at('/health', 400)], seen: { facts: factsOf({ settings: { ALLOWED_HOSTS: '*' } }) } })),
  )

  expect(causes.map(({ id }) => id)).toEqual(['app-status'])
})

const answersWith = (error: string, hosts: Record<string, string>): Told => ({
  ...{ reason: 'container_unhealthy', check: 'curl -f http://localhost:8000/health', attempts: [[22, 'curl: (22) The requested URL returned error: 503']] },
  others: [{ name: 'db', image: 'postgres:17' }],
  asked: [{ ...at('/health', 503), body: JSON.stringify({ status: 'unhealthy', checks: { database: error } }) }],
  seen: { addresses: ['10.213.0.18'], facts: factsOf({ hosts }) },
})

test.each<[string, Told, RegExp]>([
  [
    'localhost-is-itself',
    answersWith('connection to server at "localhost" (127.0.0.1), port 5432 failed: Connection refused', { DATABASE_URL: 'localhost:5432' }),
    /write `db:5432` in place of `localhost:5432` in DATABASE_URL/,
  ],
  [
    'host-unknown',
    answersWith('could not translate host name "database" to address: Name or service not known', { DATABASE_URL: 'database:5432' }),
    /write `db:5432` in place of `database:5432` in DATABASE_URL/,
  ],
])('what a health endpoint says itself of its checks counts: %s', (id, told, fix) => {
  const { causes, trouble } = findCauses(aCase(told))

  expect(causes.map((cause) => cause.id)).toEqual([id])
  expect(trouble.fix).toMatch(fix)
})

test('a TypeError of the app’s own code says nothing of its server', () => {
  const facts = runs('uvicorn', 'main:app')
  const { causes } = findCauses(aCase(answered(500, { seen: { logs: 'TypeError: price() takes 2 positional arguments but 3 were given', facts } })))

  expect(causes.map(({ id }) => id)).toEqual(['app-error'])
})

test('another server’s wish for a login is not taken for that of Redis', () => {
  const { causes } = findCauses(aCase({ ...ended('smtplib.SMTPException: 530 Authentication required'), others: [{ name: 'cache', image: 'redis:8' }] }))

  expect(causes.map(({ id }) => id)).not.toContain('redis-login')
})
