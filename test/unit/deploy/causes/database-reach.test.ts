import { expect, test } from 'vitest'
import { findCauses } from '../../../../src/deploy/causes/find-causes.ts'
import { tornLogin } from '../../../../src/text/torn-url.ts'
import { aCase, ended, type Told } from './a-case.ts'

const model = (environment: string) => `services:\n  web: {environment: {${environment}}, networks: {front: null}}\n  db: {networks: {back: null}}\n`
const answered = (logs: string, environment: string, name = 'db'): Told => ({
  ...{ reason: 'app_error', detail: 'HTTP 500 on /', probes: [{ status: 500 }], asked: [{ status: 500 }], others: [{ name }] },
  ...{ seen: { logs }, model: model(environment) },
})
const pg = 'Error: The server does not support SSL connections\n    at /app/node_modules/pg-pool/index.js:45:11'
const pdo = 'PHP Fatal error: Uncaught PDOException: SQLSTATE[HY000] [2002] No such file or directory in /var/www/index.php:2'
const resolves = "sqlalchemy.exc.OperationalError: (psycopg.OperationalError) failed to resolve host 'db': [Errno -2] Name or service not known"
const negotiates = 'sqlalchemy.exc.OperationalError: connection to server at "0.0.7.234", port 5432 failed: received invalid response to SSL negotiation: H'
const torn = 'postgresql+psycopg://app:p@2026/H1@db:5432/shop'

// node-postgres 8, PHP 8.2, psycopg 3.2 with SQLAlchemy 2, Alembic 1.16.
test.each<[string, boolean, Told, RegExp, RegExp]>([
  ['database-speaks-no-tls', true, answered(pg, 'PGSSLMODE: require'), /wants TLS of its database, which speaks none/, /write `PGSSLMODE: disable`/],
  [
    'database-speaks-no-tls',
    true,
    answered(pg, 'DB: "postgres://a:b@db/x?sslmode=require"'),
    /wants TLS/,
    /`sslmode=disable` in place of `sslmode=require` in DB;/,
  ],
  ['database-speaks-no-tls', true, answered(pg, 'A: b'), /wants TLS/, /`ssl: false` where its code makes the connection;/],
  [
    'localhost-is-a-socket',
    true,
    answered(pdo, 'DB_HOST: localhost', 'mysql'),
    /\(DB_HOST\), which is a socket file of its own container, not mysql/,
    /write `DB_HOST: mysql`/,
  ],
  ['alembic-ini-missing', true, ended("FAILED: No 'script_location' key found in configuration."), /no alembic\.ini that names its scripts/, /`!alembic\.ini`/],
  [
    'host-unknown',
    true,
    { ...ended(resolves), others: [{ name: 'db' }], model: model('A: b') },
    /web looks for db, and no network has both of them in it/,
    /write `networks: \[front, back\]`/,
  ],
  [
    'url-not-escaped',
    true,
    { ...ended(negotiates), others: [{ name: 'db' }], model: model(`DATABASE_URL: "${torn}"`) },
    /the URL in DATABASE_URL of web/,
    /`%40`/,
  ],
])('%s, certain: %s', (id, certain, told, sentence, fix) => {
  const { trouble, causes } = findCauses(aCase(told))

  expect(causes[0]?.id).toBe(id)
  expect(trouble.detail).toMatch(sentence)
  expect(trouble.fix).toMatch(fix)
  if (certain) expect(causes[0]?.tellsApart ?? null).toBe(null)
  expect(JSON.stringify({ trouble, causes })).not.toContain('p@2026')
})

test('an `@` in the path of a URL that is none of a database, or in its query, is no torn login', () => {
  expect(tornLogin(torn)).toBe('app:p@2026/H1')
  expect(tornLogin('https://user:secret@host/path?mail=a@b')).toBe(null)
  expect(tornLogin('postgres://user:secret@host/path?mail=a@b')).toBe(null)
})
