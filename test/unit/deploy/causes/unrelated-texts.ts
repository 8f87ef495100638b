/** What apps print while they are well, or for reasons of their own: each has words that sound like a cause, and none is one. */
export const unrelatedLogs: Record<string, string> = {
  gunicorn: `[2026-01-01 10:00:00 +0000] [1] [INFO] Starting gunicorn 23.0.0
[2026-01-01 10:00:00 +0000] [1] [INFO] Listening at: http://0.0.0.0:3000 (1)
[2026-01-01 10:00:00 +0000] [7] [INFO] Booting worker with pid: 7`,
  'gunicorn, a worker that is slow': `[2026-01-01 10:01:00 +0000] [1] [CRITICAL] WORKER TIMEOUT (pid:7)
[2026-01-01 10:01:01 +0000] [1] [ERROR] Worker (pid:7) was sent SIGKILL! Perhaps out of memory?
[2026-01-01 10:01:01 +0000] [9] [INFO] Booting worker with pid: 9`,
  uvicorn: `INFO:     Started server process [1]
INFO:     Waiting for application startup.
WARNING:  No module named 'uvloop', falling back to asyncio
INFO:     Application startup complete.
INFO:     Uvicorn running on http://0.0.0.0:8000 (Press CTRL+C to quit)`,
  'python, an optional import': `Traceback (most recent call last):
  File "/app/cache.py", line 3, in <module>
    import redis
ModuleNotFoundError: No module named 'redis'
cache: redis is optional, going on without it
serving on 8000`,
  'python, a KeyError of a dict': `Traceback (most recent call last):
  File "/app/main.py", line 12, in price
    return PRICES["USD_EUR"]
KeyError: 'USD_EUR'
asked for a pair that is not traded, going on
listening on 8000`,
  node: `(node:1) Warning: Setting the NODE_TLS_REJECT_UNAUTHORIZED environment variable to '0' makes TLS connections insecure
> app@1.0.0 start
> node server.js
Server listening on port 8000`,
  'node, a retry': `Error: connect ECONNREFUSED 10.213.0.3:5432
    at TCPConnectWrap.afterConnect [as oncomplete] (node:net:1611:16) {
  errno: -111,
  code: 'ECONNREFUSED'
}
retrying in 1 s
connected to db
worker is ready, api is ready`,
  'node, a ReferenceError that is caught': `ReferenceError: API_URL is not defined
    at render (/app/views/index.js:3:9)
rendered the fallback
listening on 8000`,
  next: `   ▲ Next.js 15.1.0
   - Local:        http://localhost:3000
 ⚠ Missing required option DOMAIN_NAME in images config, using defaults
 ✓ Ready in 412ms`,
  vite: `  VITE v6.0.1  ready in 312 ms
  ➜  Local:   http://localhost:5173/
  ➜  Network: use --host to expose
  hint: set server.allowedHosts where a host is blocked`,
  postgres: `2026-01-01 10:00:00.000 UTC [1] LOG:  starting PostgreSQL 16.4 on x86_64-pc-linux-musl
2026-01-01 10:00:00.001 UTC [1] LOG:  listening on IPv4 address "0.0.0.0", port 5432
2026-01-01 10:00:00.100 UTC [29] FATAL:  the database system is starting up
2026-01-01 10:00:00.200 UTC [31] ERROR:  permission denied for table users
2026-01-01 10:00:00.201 UTC [32] FATAL:  SSL is required
2026-01-01 10:00:00.300 UTC [1] LOG:  database system is ready to accept connections`,
  'postgres, checkpoints': `LOG:  checkpoint starting: time
WARNING:  could not open statistics file "pg_stat_tmp/global.stat": Operation not permitted
LOG:  checkpoint complete: wrote 3 buffers (0.0%)`,
  mysql: `2026-01-01T10:00:00Z 0 [Warning] [MY-010068] [Server] CA certificate ca.pem is self signed.
2026-01-01T10:00:00Z 0 [Warning] [MY-011810] [Server] Insecure configuration for --pid-file: Location '/var/run/mysqld' in the path is accessible to all OS users.
2026-01-01T10:00:01Z 0 [System] [MY-010931] [Server] /usr/sbin/mysqld: ready for connections.`,
  redis: `1:M 01 Jan 2026 10:00:00.000 # WARNING Memory overcommit must be enabled! Without it, a background save or replication may fail under low memory condition.
1:M 01 Jan 2026 10:00:00.000 # Failed to write PID file: Permission denied
1:M 01 Jan 2026 10:00:00.001 * Ready to accept connections tcp`,
  nginx: `/docker-entrypoint.sh: /docker-entrypoint.d/ is not empty, will attempt to perform configuration
10-listen-on-ipv6-by-default.sh: info: can not modify /etc/nginx/conf.d/default.conf (read-only file system?)
2026/01/01 10:00:00 [warn] 1#1: the "user" directive makes sense only if the master process runs with super-user privileges
2026/01/01 10:00:01 [error] 29#29: *1 connect() failed (111: Connection refused) while connecting to upstream, upstream: "http://10.213.0.3:8000/"
2026/01/01 10:00:02 [notice] 1#1: start worker processes`,
  'nginx, a file that is not there': `2026/01/01 10:00:01 [error] 29#29: *3 open() "/usr/share/nginx/html/favicon.ico" failed (2: No such file or directory)
10.213.0.1 - - [01/Jan/2026:10:00:01 +0000] "GET /favicon.ico HTTP/1.1" 404 153`,
  java: `Picked up JAVA_TOOL_OPTIONS: -XX:+HeapDumpOnOutOfMemoryError -XX:OnOutOfMemoryError="kill -9 %p"
2026-01-01 10:00:00 INFO  o.s.b.w.e.tomcat.TomcatWebServer - Tomcat initialized with port 8000 (http)
2026-01-01 10:00:01 WARN  o.a.k.clients.NetworkClient - Connection to node -1 (kafka/10.213.0.4:9092) could not be established. Broker may not be available.
2026-01-01 10:00:05 INFO  App - Started App in 4.9 seconds`,
  'java, an OutOfMemoryError that is caught': `java.lang.OutOfMemoryError: Java heap space
	at com.example.Report.render(Report.java:30)
10:00:04 WARN  the report was too large and is left out
10:00:05 INFO  request served
10:00:06 INFO  idle`,
  rails: `=> Booting Puma
=> Rails 8.0.1 application starting in production
warning: The "SECRET_KEY_BASE" environment variable was generated for this run
* Listening on http://0.0.0.0:3000
Use Ctrl-C to stop`,
  django: `System check identified some issues:
WARNINGS:
?: (security.W020) ALLOWED_HOSTS must not be empty in deployment.
Watching for file changes with StatReloader
Starting development server at http://0.0.0.0:8000/`,
  celery: `[2026-01-01 10:00:00: WARNING/MainProcess] You're running the worker with superuser privileges: this is absolutely not recommended!
[2026-01-01 10:00:01: ERROR/MainProcess] consumer: Cannot connect to redis://cache:6379/0: Error 111 connecting to cache:6379. Connection refused..
[2026-01-01 10:00:01: ERROR/MainProcess] Trying again in 2.00 seconds... (1/100)
[2026-01-01 10:00:03: INFO/MainProcess] Connected to redis://cache:6379/0
[2026-01-01 10:00:03: INFO/MainProcess] mingle: all alone
[2026-01-01 10:00:04: INFO/MainProcess] celery@web ready.`,
  'a script that misses a tool': `/entrypoint.sh: line 3: git: not found
sh: 1: uname2: not found
version unknown
chown: /data: Operation not permitted
server up on 8000`,
  'a script that waits': `nc: getaddrinfo for host "db" port 5432: Name or service not known
waiting for db...
nc: connect to db port 5432 (tcp) failed: Connection refused
waiting for db...
db is up
starting the app`,
  prometheus: `level=warn msg="Disk full threshold is 95 percent" component=tsdb
level=error msg="write /tmp/probe: no space left on device, skipping the self test"
level=info msg="Server is ready to receive web requests."
level=info msg="TSDB started"
level=info msg="Completed loading of configuration file"`,
  'a model that loads': `Downloading shards:  50%|█████     | 1/2
torch: Cannot allocate memory for the pinned buffer, using pageable
Loading checkpoint shards: 100%|██████████| 2/2
warming up
Loading tokenizer`,
  'ssh in a build': `Warning: Permanently added 'github.com' (ED25519) to the list of known hosts.
git@github.com: Permission denied (publickey).
fatal: Could not read from remote repository.
using the bundled copy
ready`,
  php: `[01-Jan-2026 10:00:00] NOTICE: [pool www] 'user' directive is ignored when FPM is not running as root
PHP Warning:  Undefined variable $DATABASE_URL in /app/index.php on line 3
[01-Jan-2026 10:00:00] NOTICE: ready to handle connections`,
  'python, a login that is tried again': `psycopg2.OperationalError: connection to server at "db" (10.213.0.3), port 5432 failed: FATAL:  password authentication failed for user "app"
reading the password anew
connected to db
serving on 8000`,
  'django, a table that is not there yet': `django.db.utils.OperationalError: no such table: cache_entries
the cache table is made at the first use
Starting server at http://0.0.0.0:8000/
ready`,
  'redis, a sentinel without a password': `NOAUTH Authentication required.
sentinel is asked without a password, the next one is taken
connected to redis://cache:6379
ready`,
  'sqlite, a history that is off': `sqlite3.OperationalError: unable to open database file
history is off
listening on 8000
ready`,
  'alembic, drivers that are looked for': `sqlalchemy.exc.NoSuchModuleError: Can't load plugin: sqlalchemy.dialects:postgres
using the plain driver in its place
migrations: nothing to do
ready`,
  'zod, a request that is refused': `ZodError: [
  {
    "code": "invalid_type",
    "path": [
      "NAME"
    ],
    "message": "Required"
  }
]
answered 400
ready
idle`,
  'nginx, a configuration that is tested': `nginx: [emerg] host not found in upstream "metrics" in /tmp/test.conf:3
the test configuration is not used
2026/01/01 10:00:02 [notice] 1#1: start worker processes
ready`,
  'two servers of one container': `error: address already in use :::9229, the inspector is off
Server listening on 0.0.0.0:8000
metrics on 9100
ready`,
}

/** What checks of `http://localhost:8000/health` print that failed for another reason, with exit codes, and what may be said for certain. */
export const healthOutputs: [name: string, exit: number, output: string, certain: string[]][] = [
  ['refused while it starts', 7, 'curl: (7) Failed to connect to localhost port 8000 after 0 ms: Connection refused', []],
  ['refused, in busybox’s words', 1, "wget: can't connect to remote host: Connection refused", []],
  ['refused at 127.0.0.1', 1, "wget: can't connect to remote host (127.0.0.1): Connection refused", []],
  ['silence', 1, '', []],
  ['an app that says why', 1, '{"status":"unhealthy","database":"connect ECONNREFUSED 10.213.0.3:5432"}', []],
  ['an app that still starts', 22, '503 Service Unavailable: model is still loading', []],
  ['a 404 of something else', 1, 'upstream cache returned 404 entries, 3 expected', []],
  ['a number that is no status', 1, 'error: 500 rows are locked', []],
  ['a script that speaks', 1, '/app/check.sh: unexpected answer from the queue', []],
  ['a script that is denied something', 1, '/check.sh: 3: /proc/1/fd: Permission denied', []],
  ['another program’s words', 1, '/bin/sh: 1: psql: not found', []],
  ['a page that is not there, in an app’s words', 1, 'health: not found', []],
  ['a name that does not resolve', 6, 'curl: (6) Could not resolve host: metrics', []],
  ['no space for a temporary file', 23, 'curl: (23) Failure writing output to destination: No space left on device', []],
  ['a timeout', 28, 'curl: (28) Operation timed out after 3001 milliseconds with 0 bytes received', []],
]
