import { expect, test } from 'vitest'
import { findCauses } from '../../../../src/deploy/causes/find-causes.ts'
import { lastLineOf } from '../../../../src/deploy/words.ts'
import { aCase, ended, factsOf, type Told } from './a-case.ts'

const npmStart = `npm error Missing script: "start"
npm error
npm error Did you mean one of these?
npm error   npm star # Mark your favorite packages
npm error
npm error To see a list of scripts, run:
npm error   npm run
npm error A complete log of this run can be found in: /root/.npm/_logs/2026-11-29T22_03_47_364Z-debug-0.log`
const npmFolder = `npm error code ENOENT
npm error syscall open
npm error path /srv/package.json
npm error errno -2
npm error enoent Could not read package.json: Error: ENOENT: no such file or directory, open '/srv/package.json'
npm error enoent This is related to npm not being able to find a file.
npm error enoent
npm error A complete log of this run can be found in: /root/.npm/_logs/x-debug-0.log`
const nodeThrows = `node:fs:441
    return binding.readFileUtf8(path, stringToFlags(options.flag));
                   ^

Error: ENOENT: no such file or directory, open '/nope.json'
    at Object.readFileSync (node:fs:441:20)
    at [eval]:1:15 {
  errno: -2,
  code: 'ENOENT',
  path: '/nope.json'
}

Node.js v24.21.0`
const postgres = `Error: Database is uninitialized and superuser password is not specified.
       You must specify POSTGRES_PASSWORD to a non-empty value for the
       superuser. For example, "-e POSTGRES_PASSWORD=password" on "docker run".

       You may also use "POSTGRES_HOST_AUTH_METHOD=trust" to allow all
       connections without a password. This is *not* recommended.

       See PostgreSQL documentation about "trust":
       https://www.postgresql.org/docs/current/auth-trust.html`
const mysql = `2026-11-29 22:03:47+00:00 [Note] [Entrypoint]: Entrypoint script for MySQL Server 8.4.3-1.el9 started.
2026-11-29 22:03:47+00:00 [ERROR] [Entrypoint]: Database is uninitialized and password option is not specified
    You need to specify one of the following as an environment variable:
    - MYSQL_ROOT_PASSWORD
    - MYSQL_ALLOW_EMPTY_PASSWORD
    - MYSQL_RANDOM_ROOT_PASSWORD`
const mariadb = `2026-11-29 22:03:47+00:00 [ERROR] [Entrypoint]: Database is uninitialized and password option is not specified
	You need to specify one of MARIADB_ROOT_PASSWORD, MARIADB_ROOT_PASSWORD_HASH, MARIADB_ALLOW_EMPTY_ROOT_PASSWORD and MARIADB_RANDOM_ROOT_PASSWORD`
const uvicorn = "PermissionError: [Errno 13] Permission denied: '/data/db.sqlite'\n\nERROR:    Application startup failed. Exiting."

test.each([
  [npmStart, 'npm error Missing script: "start"'],
  [npmFolder, "npm error enoent Could not read package.json: Error: ENOENT: no such file or directory, open '/srv/package.json'"],
  [nodeThrows, "Error: ENOENT: no such file or directory, open '/nope.json'"],
  [postgres, 'Error: Database is uninitialized and superuser password is not specified.'],
  [`req: cannot write /etc/tls/key.pem\n-----`, 'req: cannot write /etc/tls/key.pem'],
  [uvicorn, "PermissionError: [Errno 13] Permission denied: '/data/db.sqlite'"],
  ['boom\nnpm error code 1\nnpm error path /app\nnpm error command failed\nnpm error command sh -c node x', 'boom'],
  [
    'sqlalchemy.exc.OperationalError: could not translate host name "ss" to address\n\n(Background on this error at: https://sqlalche.me/e/20/e3q8)',
    'sqlalchemy.exc.OperationalError: could not translate host name "ss" to address',
  ],
  ['  only this', 'only this'],
  ['-----', '-----'],
  ['', ''],
])('the last line that says something is none of the farewells: %#', (text, line) => {
  expect(lastLineOf(text)).toBe(line)
})

const denied = "PermissionError: [Errno 13] Permission denied: '/data/db.sqlite'"

test.each<[string, Told, RegExp, RegExp]>([
  ['npm-script-missing', ended(npmStart), /started by the script "start", which its package\.json does not have/, /"start": "node the-file\.js"/],
  ['package-json-missing', ended(npmFolder), /runs npm in \/srv, where there is no package\.json/, /COPY package\*\.json/],
  ['variable-missing', ended(postgres), /POSTGRES_PASSWORD is not set/, /write `POSTGRES_PASSWORD: the-value`/],
  ['variable-missing', ended(mysql), /MYSQL_ROOT_PASSWORD is not set/, /MYSQL_ROOT_PASSWORD: the-value/],
  ['variable-missing', ended(mariadb), /MARIADB_ROOT_PASSWORD is not set/, /MARIADB_ROOT_PASSWORD: the-value/],
  [
    'program-error',
    ended("ModuleNotFoundError: No module named 'uvloop' (optional, ignored)\nFATAL: license expired"),
    /FATAL: license expired/,
    /license expired/,
  ],
  ['program-error', ended('java.lang.OutOfMemoryError (previous run), recovered\nFATAL: license expired'), /FATAL: license/, /license expired/],
  ['program-error', ended('sh: 1: node: not found in cache, continuing\nFATAL: license expired', { exitCode: 127 }), /FATAL: license/, /license/],
  ['program-error', ended("ModuleNotFoundError: No module named 'uvloop'\n2026-11-29 22:00:01 FATAL license expired"), /FATAL license/, /license/],
  [
    'wrong-user',
    ended(uvicorn, { facts: factsOf({ user: 'app', imageUser: 'app' }) }),
    /runs as app and may not use \/data\/db\.sqlite/,
    /`RUN mkdir -p \/data && chown -R app \/data` .*USER in the Dockerfile/,
  ],
  [
    'wrong-user',
    ended(denied, { facts: factsOf({ user: '1000', imageUser: '' }) }),
    /runs as 1000/,
    /mkdir -p \/data && chown -R 1000 \/data`.* remove `user:` from `services: web:` in the Compose file/,
  ],
  ['wrong-user', ended("open '/db.sqlite': Permission denied", { facts: factsOf({ user: 'app' }) }), /may not use \/db\.sqlite/, /below a folder of its own/],
  [
    'wrong-user',
    ended('', { error: 'exec: "./start.sh": permission denied: unknown', facts: factsOf({ user: 'app' }) }),
    /may not execute \.\/start\.sh/,
    /`RUN chmod 755 \.\/start\.sh`/,
  ],
  [
    'check-line-as-program',
    {
      reason: 'container_unhealthy',
      check: ['curl -f http://localhost:8000/ || exit 1'],
      attempts: [
        [
          -1,
          'OCI runtime exec failed: exec failed: unable to start container process: exec: "curl -f http://localhost:8000/ || exit 1": stat curl -f http://localhost:8000/ || exit 1: no such file or directory: unknown',
        ],
      ],
    },
    /one line in quotes behind "CMD"/,
    /test: \["CMD-SHELL", "curl -f http:\/\/localhost:8000\/ \|\| exit 1"\]/,
  ],
])('%s: what it says and what to write', (id, told, sentence, fix) => {
  const { causes, trouble } = findCauses(aCase(told))

  expect(causes.map((cause) => cause.id)).toEqual([id])
  expect(trouble.detail).toMatch(sentence)
  expect(trouble.fix).toMatch(fix)
})
