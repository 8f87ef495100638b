import { expect, test } from 'vitest'
import { findCauses } from '../../../../src/deploy/causes/find-causes.ts'
import { aCase, ended, factsOf, type Told } from './a-case.ts'

interface Given {
  web?: string
  db?: string
  volume?: boolean
  more?: string
}

/** A web server and its database, as Compose resolves them. */
const model = ({ web = '', db = '', volume = true, more = '' }: Given) => `
services:
  web:
    image: web
    environment: {${web}}
${more}
  db:
    image: postgres:17
    environment: {${db}}
    volumes: [${volume ? '{type: volume, source: pgdata, target: /var/lib/postgresql/data, volume: {}}' : ''}]
`
const shop = 'POSTGRES_USER: shop, POSTGRES_PASSWORD: right-7, POSTGRES_DB: shop'
const others = [{ name: 'db', image: 'postgres:17' }]
const refused = (user: string) =>
  `psycopg2.OperationalError: connection to server at "db" (10.1.0.2), port 5432 failed: FATAL:  password authentication failed for user "${user}"`
const told = (logs: string, given: Given, more: Partial<Told> = {}): Told => ({ ...ended(logs), others, model: model(given), ...more })
const answer = '{"status":"unhealthy","checks":{"database":"FATAL:  password authentication failed for user \\"shop\\""}}'

// Words of psycopg2 2.9, pg 8, SQLAlchemy 2.0 and 2.1, mysql2 3, PyMySQL 1.1, redis-py 6, ioredis 5, SQLite 3, Prisma 6, Django 5.
test.each<[string, Told, RegExp, RegExp]>([
  [
    'database-login',
    told(refused('shop'), { web: 'DATABASE_URL: "postgres://shop:wrong@db:5432/shop"', db: shop }),
    /^web logs in to db with another password than db has: DATABASE_URL of web and POSTGRES_PASSWORD of db differ/,
    /^In the Compose file, under `services: web: environment:`, write as the password in DATABASE_URL the very value that POSTGRES_PASSWORD has/,
  ],
  [
    'database-login',
    told(refused('app'), { web: 'DATABASE_URL: "postgres://app:right-7@db:5432/shop"', db: shop }),
    /^web logs in to db as app, and the user of db is shop \(its POSTGRES_USER\)/,
    /write `shop` in place of `app` in DATABASE_URL\.$/,
  ],
  [
    'database-login',
    told('error: role "app" does not exist', { web: 'DB_HOST: db, DB_USER: app, DB_PASSWORD: other', db: shop }),
    /as app, and the user of db is shop/,
    /write `DB_USER: shop`; and in the Compose file, .* write in DB_PASSWORD the very value that POSTGRES_PASSWORD has/,
  ],
  [
    'database-login',
    told('FATAL:  database "shopp" does not exist', { web: 'DATABASE_URL: "postgres://shop:right-7@db:5432/shopp"', db: shop }),
    /wants the database shopp of db, and the one that db makes is shop \(its POSTGRES_DB\)/,
    /write `shop` in place of `shopp` in DATABASE_URL/,
  ],
  [
    'database-login',
    told(
      refused('shop'),
      { web: 'DATABASE_URL: "postgres://shop:right-7@db/shop"', db: shop },
      { logs: { db: 'PostgreSQL Database directory appears to contain a database; Skipping initialization' } },
    ),
    /^the volume pgdata of db was set up before, with another password than its variables have now/,
    /`torii rm hello --volumes --yes` and deploy again/,
  ],
  [
    'database-login',
    told('Error: SASL: SCRAM-SERVER-FIRST-MESSAGE: client password must be a string', { web: 'PGHOST: db, PGUSER: shop', db: shop }),
    /logs in to db without a password/,
    /the very value that POSTGRES_PASSWORD has under `services: db:/,
  ],
  [
    'database-login',
    {
      reason: 'container_unhealthy',
      check: 'curl -f http://localhost:8000/health',
      attempts: [[22, 'curl: (22) The requested URL returned error: 503']],
      asked: [{ url: 'http://10.213.0.18:8000/health', status: 503, body: answer }],
      seen: { addresses: ['10.213.0.18'] },
      ...{ others, model: model({ web: 'DATABASE_URL: "postgres://shop:wrong@db:5432/shop"', db: shop }) },
    },
    /another password than db has/,
    /DATABASE_URL/,
  ],
  [
    'database-login',
    {
      ...{ reason: 'container_unhealthy', check: 'curl -f http://localhost:8000/health', attempts: [[22, 'curl: (22) The requested URL returned error: 503']] },
      ...{ others, model: model({ web: 'DATABASE_URL: "postgres://shop:right-7@db:5432/shop"', db: shop }) },
      logs: { db: 'appears to contain a database; Skipping initialization\n2026-11-30 [7] FATAL:  password authentication failed for user "shop"' },
    },
    /^the volume pgdata of db was set up before, with another password/,
    /--volumes/,
  ],
  [
    'database-login',
    {
      ...ended("pymysql.err.OperationalError: (1045, \"Access denied for user 'app'@'10.1.0.3' (using password: YES)\")"),
      ...{
        others: [{ name: 'db', image: 'mysql:8' }],
        model: model({ web: 'DB_USER: app, DB_PASSWORD: x', db: 'MYSQL_USER: app, MYSQL_PASSWORD: y-7, MYSQL_ROOT_PASSWORD: z' }),
      },
    },
    /DB_PASSWORD of web and MYSQL_PASSWORD of db differ/,
    /write in DB_PASSWORD the very value that MYSQL_PASSWORD has/,
  ],
  [
    'database-login',
    {
      ...ended('(1049, "Unknown database \'shopp\'")'),
      ...{ others: [{ name: 'db', image: 'mariadb:11' }], model: model({ web: 'DB_NAME: shopp', db: 'MARIADB_DATABASE: shop, MARIADB_ROOT_PASSWORD: z' }) },
    },
    /wants the database shopp of db, and the one that db makes is shop \(its MARIADB_DATABASE\)/,
    /write `DB_NAME: shop`/,
  ],
  [
    'url-not-escaped',
    told('psycopg2.OperationalError: invalid integer value "p" for connection option "port"', {
      web: 'DATABASE_URL: "postgres://shop:p/ss#w@db:5432/shop"',
      db: shop,
    }),
    /the URL in DATABASE_URL of web is taken apart in the wrong place/,
    /`@` is `%40`.*`#` `%23`/,
  ],
  [
    'url-not-escaped',
    told('psycopg2.OperationalError: could not translate host name "ss@db" to address: Name or service not known', {
      web: 'DATABASE_URL: "postgres://shop:p@ss@db/shop"',
    }),
    /needs escaped/,
    /escape user and password in DATABASE_URL/,
  ],
  [
    'url-scheme-unknown',
    told("sqlalchemy.exc.NoSuchModuleError: Can't load plugin: sqlalchemy.dialects:postgres", { web: 'DATABASE_URL: "postgres://shop:x@db/shop"' }),
    /the URL in DATABASE_URL of web begins with `postgres:\/\/`, which SQLAlchemy does not know/,
    /write `postgresql\+psycopg2:\/\/` in place of `postgres:\/\/` in DATABASE_URL/,
  ],
  [
    'url-scheme-unknown',
    told("sqlalchemy.exc.InvalidRequestError: The asyncio extension requires an async driver to be used. The loaded 'psycopg2' is not async.", {
      web: 'DATABASE_URL: "postgresql://shop:x@db/shop"',
    }),
    /uses its database asynchronously/,
    /write `postgresql\+asyncpg:\/\/` at the beginning of DATABASE_URL; and install asyncpg/,
  ],
  [
    'driver-missing',
    told('  File "/x/sqlalchemy/a.py", line 1\nModuleNotFoundError: No module named \'psycopg\'', { web: 'DATABASE_URL: "postgresql://shop:x@db/shop"' }),
    /the database driver psycopg is not in its image/,
    /pip install --no-cache-dir "psycopg\[binary\]".*begin DATABASE_URL with `postgresql\+psycopg2:\/\/`/,
  ],
  [
    'redis-login',
    {
      ...ended('redis.exceptions.AuthenticationError: NOAUTH Authentication required.'),
      ...{ others: [{ name: 'cache', image: 'redis:8' }] },
      model: 'services:\n  web: {environment: {REDIS_URL: "redis://cache:6379/0"}}\n  cache: {command: [redis-server, --requirepass, geheim-7]}\n',
    },
    /^cache wants a password, and web gives it none/,
    /write in REDIS_URL the password that `--requirepass` has in the command of cache: `redis:\/\/:the-password@cache:6379`/,
  ],
  [
    'redis-login',
    {
      ...ended('ReplyError: ERR AUTH <password> called without any password configured for the default user.'),
      ...{ others: [{ name: 'cache', image: 'redis:8' }], model: 'services:\n  web: {environment: {REDIS_URL: "redis://:x@cache:6379"}}\n' },
    },
    /web gives cache a password, and cache has none/,
    /take the password out of REDIS_URL: `redis:\/\/cache:6379`/,
  ],
  [
    'sqlite-file',
    {
      ...ended('sqlite3.OperationalError: unable to open database file', { facts: factsOf({ user: '1000', imageUser: '' }) }),
      model: 'services:\n  web:\n    volumes: [{type: volume, source: data, target: /data}]\n',
    },
    /runs as 1000 and cannot open its SQLite file: its folder \/data is not there, or is not that user’s/,
    /^Remove `user:` from `services: web:` in the Compose file; or: in a Dockerfile of web, write `RUN mkdir -p \/data && chown -R 1000 \/data`/,
  ],
  [
    'sqlite-file',
    ended('  File "/app/main.py", line 2\n    c = sqlite3.connect("/srv/data/app.db")\nsqlite3.OperationalError: unable to open database file', {
      facts: factsOf(),
    }),
    /cannot open its SQLite file \/srv\/data\/app\.db: the folder \/srv\/data is not in its container/,
    /write `- web-data:\/srv\/data`, and at its top level `volumes: \{web-data: \}`/,
  ],
  [
    'sqlite-file',
    {
      ...ended('sqlite3.OperationalError: attempt to write a readonly database', { facts: factsOf() }),
      model:
        'services:\n  web:\n    environment: {DATABASE_URL: "sqlite:////data/app.db"}\n    volumes: [{type: volume, source: data, target: /data, read_only: true}]\n',
    },
    /may not write its SQLite file \/data\/app\.db: the volume data is mounted read-only/,
    /remove `:ro` .* mounts the volume data at \/data/,
  ],
  [
    'sqlite-file',
    ended('  File "/srv/shop/main.py", line 4\n    db = sqlite3.connect("shop.db")\nsqlite3.OperationalError: unable to open database file', {
      facts: factsOf({ user: 'app', imageUser: 'app', workingDir: '/srv/shop' }),
    }),
    /runs as app and cannot open its SQLite file \/srv\/shop\/shop\.db/,
    /`RUN mkdir -p \/srv\/shop && chown -R app \/srv\/shop`/,
  ],
  [
    'url-scheme-unknown',
    told(
      'asyncpg.exceptions._base.ClientConfigurationError: invalid DSN: scheme is expected to be either "postgresql" or "postgres", got \'postgresql+asyncpg\'',
      {
        web: 'DATABASE_URL: "postgresql+asyncpg://shop:x@db/shop"',
      },
    ),
    /which SQLAlchemy alone understands/,
    /write `postgresql:\/\/` in place of `postgresql\+asyncpg:\/\/` in DATABASE_URL/,
  ],
  [
    'not-migrated',
    {
      ...{ reason: 'app_error', probes: [{ status: 500 }], asked: [{ status: 500 }, { url: 'http://10.213.0.18:8000/health', status: 200 }] },
      seen: {
        logs: 'django.db.utils.OperationalError: no such table: shop_item\n10.0.0.1 - - "GET / HTTP/1.1" 500 -\n"GET /health HTTP/1.1" 200\n"GET /health HTTP/1.1" 200\n"GET /health HTTP/1.1" 200',
        facts: factsOf({ command: ['gunicorn', 'shop.wsgi', '--bind', '0.0.0.0:8000'] }),
      },
    },
    /the database of web has no table shop_item: no migration has made it/,
    /^In the Compose file, under `services: web:`, write `command: \["sh", "-c", "python manage\.py migrate --noinput && exec gunicorn shop\.wsgi --bind 0\.0\.0\.0:8000"\]`\.$/,
  ],
  [
    'not-migrated',
    ended('asyncpg.exceptions.UndefinedTableError: relation "items" does not exist'),
    /no table items/,
    /^Run the migrations of web before it starts/,
  ],
])('%s: what it says and what to write', (id, given, sentence, fix) => {
  const { causes, trouble } = findCauses(aCase(given))

  expect(causes.map((cause) => cause.id)).toEqual([id])
  expect(trouble.detail).toMatch(sentence)
  expect(trouble.fix).toMatch(fix)
  expect(causes[0]?.tellsApart).toBeNull()
})

test('no value of a password is told, whatever is compared', () => {
  const { trouble, causes } = findCauses(aCase(told(refused('shop'), { web: 'DATABASE_URL: "postgres://shop:left-8@db:5432/shop"', db: shop })))

  expect(JSON.stringify([trouble, causes])).not.toMatch(/left-8|right-7/)
})

test.each<[string, Told]>([
  [
    'scripts may have made that user',
    told(
      refused('app'),
      { web: 'X: y', db: shop, more: '' },
      { model: model({ db: shop }).replace('volumes: [', 'volumes: [{type: bind, source: /x, target: /docker-entrypoint-initdb.d}, ') },
    ),
  ],
  ['it went on afterwards', told(`${refused('app')}\nretrying in 1 s\nconnected\nserving\nclosed`, { db: shop })],
  ['the volume may be new', told(refused('shop'), { web: 'DATABASE_URL: "postgres://shop:right-7@db/shop"', db: shop })],
  ['a path nobody knows', ended('SqliteError: SQLITE_CANTOPEN')],
])('what is not proved is not certain: %s', (_, given) => {
  const found = findCauses(aCase(given)).causes.filter(({ id }) => /^(?:database-login|sqlite-file)$/.test(id))

  expect(found).toHaveLength(1)
  expect(found[0]?.tellsApart).toBeTruthy()
})

test('a health endpoint that answers 503 is explained by what its log says, with what would tell', () => {
  const { trouble, causes } = findCauses(
    aCase({
      ...{ reason: 'container_unhealthy', check: 'curl -f http://localhost:8000/health', attempts: [[22, 'curl: (22) The requested URL returned error: 503']] },
      seen: { logs: 'sqlalchemy.exc.OperationalError: no such table: users\nGET /health 503\nGET /health 503\nGET /health 503' },
    }),
  )

  expect(causes.map(({ id }) => id)).toEqual(['not-migrated'])
  expect(trouble.detail).toMatch(/answers its own health check with 503 on \/health, most likely because the database of web has no table users/)
  expect(trouble.fix).toMatch(/^Run the migrations of web .* If that is not it: Correct what makes web answer 503/)
})

test('of a torn URL alone nothing is said where nothing was refused', () => {
  const { causes } = findCauses(aCase(told('boom', { web: 'DATABASE_URL: "postgres://shop:p@ss@db/shop"', db: shop })))

  expect(causes.map(({ id }) => id)).not.toContain('url-not-escaped')
})

test('a stranger whom the database refuses is not taken for the app', () => {
  const { causes } = findCauses(
    aCase({
      ...{ reason: 'app_error', probes: [{ status: 500 }], asked: [{ status: 500 }], others },
      model: model({ web: 'DATABASE_URL: "postgres://shop:right-7@db:5432/shop"', db: shop }),
      logs: { db: 'FATAL:  password authentication failed for user "postgres"' },
    }),
  )

  expect(causes.map(({ id }) => id)).not.toContain('database-login')
})
