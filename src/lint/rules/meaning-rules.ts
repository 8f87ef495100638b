import type { Program } from '../../deploy/command/programs.ts'
import type { Hit, Rule } from '../rule.ts'
import { partOf } from '../see/source.ts'
import { eachCheck, serviceCalled } from './each.ts'
import { checked, services, web } from './samples.ts'

/** Rows about what a check tells: whether it can fail, and what is said when it does. */
export const meaningRules: Rule[] = [
  {
    id: 'T206',
    name: 'curl-without-fail',
    severity: 'warning',
    title: 'curl without --fail',
    why: 'curl exits 0 for every answer, also for HTTP 500: a broken app passes as healthy.',
    fix: 'Write `curl -f`, or `curl --fail-with-body` to keep what the app says.',
    from: 'the wild: 24 of 324 checks with curl (7 %)',
    bad: checked('test: curl http://localhost:8000/health', 'start_period: 30s'),
    good: checked('test: curl -f http://localhost:8000/health', 'start_period: 30s'),
    find: eachCheck(({ programs, testAt }) =>
      programs
        .filter((program, index) => program.name === 'curl' && !isReadOn(program, programs[index + 1]) && !program.args.some(failsOnError) && asksHttp(program))
        .map(() => ({ at: partOf(testAt, 'curl'), message: 'curl exits 0 for an HTTP error too' })),
    ),
  },
  {
    id: 'T207',
    name: 'no-status-check',
    severity: 'warning',
    title: 'A one-liner that does not look at the status',
    why: '`requests.get`, `httpx.get` and `fetch` are content with HTTP 500: a broken app passes as healthy.',
    fix: 'Add `.raise_for_status()`; with fetch: `.then(r => process.exit(r.ok ? 0 : 1))`. `urllib.request.urlopen` raises by itself.',
    from: 'the wild: 3 of 3 Python one-liners in a sample; only the guide’s own looks',
    bad: checked(`test: ["CMD", "python", "-c", "import httpx; httpx.get('http://localhost:8000/health')"]`, 'start_period: 30s'),
    good: checked(`test: ["CMD", "python", "-c", "import httpx; httpx.get('http://localhost:8000/health').raise_for_status()"]`, 'start_period: 30s'),
    find: eachCheck(({ programs, testAt }) =>
      programs.flatMap((program) => {
        const code = codeOf(program)
        const call = code === null ? undefined : unchecked(program, code)
        return call === undefined ? [] : [{ at: partOf(testAt, call), message: `${call} does not fail for an HTTP error` }]
      }),
    ),
  },
  {
    id: 'T213',
    name: 'always-passes',
    severity: 'warning',
    title: 'A check that cannot fail',
    why: 'It says "healthy" as soon as it runs, whatever the app does: DEPLOYED would mean nothing.',
    fix: 'Let the check end with the exit code of what it asks: `|| exit 1`.',
    from: 'the guide, best practice 1: always define HEALTHCHECK',
    bad: checked('test: curl -f http://localhost:8000/health || exit 0', 'start_period: 30s'),
    good: checked('test: curl -f http://localhost:8000/health || exit 1', 'start_period: 30s'),
    find: eachCheck(({ programs, command, testAt }): Hit[] => {
      const last = programs.findLast(({ captured }) => !captured)
      if (last === undefined || !endsWell(last) || programs.some(failsItself)) return []
      // What goes to /dev/tcp fails with the connection.
      const isAnswer = command.argv.join(' ').includes('/dev/tcp/') || last.args.some((arg) => arg.includes('$('))
      const whatever = programs.length === 1 || last.after === '||' || (last.after === ';' && programs.length === 2)
      return whatever && !isAnswer ? [{ at: testAt, message: `it ends with \`${[last.name, ...last.args].join(' ').slice(0, 40)}\` whatever is answered` }] : []
    }),
  },
  {
    id: 'T214',
    name: 'silent-check',
    severity: 'info',
    title: 'A check that says nothing when it fails',
    why: 'Docker keeps what a check prints, and Torii quotes it. `curl -s` alone is silent about why it failed, and so is everything that goes to /dev/null.',
    fix: 'Use `curl -fsS`, and let errors through: `> /dev/null` without `2>&1`.',
    from: 'the guide, best practice 5: be specific',
    bad: checked('test: curl -fs http://localhost:8000/health', 'start_period: 30s'),
    good: checked('test: curl -fsS http://localhost:8000/health', 'start_period: 30s'),
    find: eachCheck((stated): Hit[] => {
      const { programs, testAt } = stated
      const curl = programs.find((program, index) => program.name === 'curl' && isSilent(program.args) && !isReadOn(program, programs[index + 1]))
      if (curl !== undefined) return [{ at: partOf(testAt, 'curl'), message: 'curl -s does not say why it fails; -sS does' }]
      const script = stated.command.argv.join(' ')
      return /(>\s*\/dev\/null\s+2>\s*&1|&>\s*\/dev\/null)/.test(script)
        ? [{ at: partOf(testAt, '/dev/null'), message: 'errors go to /dev/null, so nobody reads why it fails' }]
        : []
    }),
  },
  {
    id: 'T215',
    name: 'looks-at-the-port-only',
    severity: 'info',
    title: 'A check that only looks whether something listens',
    why: 'A port is open long before an app can answer, and stays open when its database is gone.',
    fix: 'Ask an endpoint that looks at what the app needs: `/health`.',
    from: 'the guide, best practice 3: check dependencies',
    bad: checked('test: nc -z 127.0.0.1 8000', 'start_period: 30s'),
    good: checked('test: curl -f http://localhost:8000/health', 'start_period: 30s'),
    find: eachCheck(({ programs, command, testAt }, { inside }): Hit[] => {
      const asks = programs.filter(({ name }) => !['exit', 'sh', 'bash', 'echo', 'true', 'false'].includes(name))
      const onlyPort =
        asks.length > 0 &&
        asks.every(({ name }) => ['nc', 'netcat', 'ncat', 'pgrep', 'pidof', 'ps', 'grep', 'ss', 'netstat', 'lsof', 'test', '['].includes(name))
      const onlyTcp = asks.length === 0 && command.argv.join(' ').includes('/dev/tcp/')
      if ((!onlyPort && !onlyTcp) || inside.isStore || programs.some(({ name, args }) => /^(test|\[)$/.test(name) && /^-[fedrsx]$/.test(args[0] ?? '')))
        return []
      return [
        {
          at: testAt,
          message:
            onlyTcp || asks.some(({ name }) => /^n(c|etcat|cat)$/.test(name)) ? 'it only sees that a port is open' : 'it only sees that a process is there',
        },
      ]
    }),
  },
  {
    id: 'T216',
    name: 'passes-while-initialising',
    severity: 'info',
    title: 'A database’s check passes while it is still being set up',
    why: 'At its first start the image runs a temporary server on the socket alone, for its init scripts. A check over the socket passes then; the server ends, and whoever waited meets a closed port.',
    fix: 'Ask over TCP: `pg_isready -h 127.0.0.1`, `mysqladmin ping -h 127.0.0.1`.',
    from: 'docker-library/postgres and docker-library/mysql, docker-entrypoint.sh: the temporary server listens on no address',
    bad: web('image: postgres:17', 'healthcheck: {test: pg_isready -U app, start_period: 30s}'),
    good: web('image: postgres:17', 'healthcheck: {test: pg_isready -U app -h 127.0.0.1, start_period: 30s}'),
    find: eachCheck(({ programs, testAt }, { inside }) =>
      programs
        .filter(({ name, args }) => inside.isStore && /^(pg_isready|mysqladmin|mariadb-admin)$/.test(name) && !asksOverTcp(name, args))
        .map(({ name }) => ({ at: partOf(testAt, name), message: `${name} asks over the socket, which the temporary server of the first start answers too` })),
    ),
  },
  {
    id: 'T218',
    name: 'asks-the-front-page',
    severity: 'info',
    title: 'A check that asks `/` of an app that needs a database',
    why: 'A front page is often answered without the database, so the container stays healthy when what it depends on is gone.',
    fix: 'Ask an endpoint that looks at what the app needs: `/health`.',
    from: 'the guide, best practice 3: check dependencies',
    bad: asking('http://localhost:8000/'),
    good: asking('http://localhost:8000/health'),
    find: eachCheck(({ command, testAt }, { dependsOn }, extension): Hit[] => {
      const urls = [...command.argv.join(' ').matchAll(/https?:\/\/[^\s/'"`)]+(\/[^\s'"`)]*)?/g)]
      const store = dependsOn.find(({ service }) => serviceCalled(service, extension)?.inside.isStore)
      const [first] = urls
      if (first === undefined || store === undefined || urls.some(([, path = '/']) => path !== '/')) return []
      return [{ at: partOf(testAt, first[0]), message: `it asks the front page, and the service needs ${store.service}` }]
    }),
  },
]

/** A web app with a database, whose check asks this address. */
function asking(address: string): string {
  return services(
    'web:',
    '  image: python:3.13',
    '  ports: ["8000"]',
    `  healthcheck: {test: curl -f ${address}, start_period: 30s}`,
    '  depends_on: {db: {condition: service_healthy}}',
    'db:',
    '  image: postgres:17',
    '  healthcheck: {test: pg_isready -h 127.0.0.1, start_period: 30s}',
  )
}

function endsWell({ name, args }: Program): boolean {
  return ['true', ':', 'echo'].includes(name) || (name === 'exit' && args[0] === '0')
}

function failsItself({ name, args }: Program): boolean {
  return name === 'exit' && args[0] !== '0' && args[0] !== undefined
}

/** Another program reads what it prints: a pipe, or `$(…)`. */
function isReadOn({ captured }: Program, next: Program | undefined): boolean {
  return captured || next?.after === '|'
}

function failsOnError(arg: string): boolean {
  return /^--fail(-with-body|-early)?$/.test(arg) || /^-[a-zA-Z]*f/.test(arg)
}

function asksHttp({ args }: Program): boolean {
  const text = args.join(' ')
  return args.some((arg) => !arg.startsWith('-')) && !/telnet:|gopher:|--version|dict:|smtp:|%\{http_code\}/.test(text)
}

function isSilent(args: string[]): boolean {
  const flags = args.filter((arg) => /^-[a-zA-Z]+$/.test(arg)).join('')
  const silent = flags.includes('s') || args.includes('--silent')
  return silent && !flags.includes('S') && !args.includes('--show-error') && !flags.includes('v')
}

/** The program of a one-liner; null: it runs a file. */
function codeOf({ name, args }: Program): string | null {
  const option = /^(python[\d.]*)$/.test(name) ? '-c' : /^(node|bun|deno)$/.test(name) ? '-e' : null
  const at = option === null ? -1 : args.findIndex((arg) => arg === option || (option === '-e' && arg === '--eval') || arg === 'eval')
  return at < 0 ? null : (args[at + 1] ?? null)
}

function unchecked({ name }: Program, code: string): string | undefined {
  if (/\b(status|status_code|statusCode|raise_for_status|is_success|ok|is_error|getcode|code|assert|catch\s*\{)\b|\.ok\b/.test(code)) return undefined
  return (name.startsWith('python') ? /\b(requests|httpx)\.(get|head|post|request)\b/ : /\b(fetch|https?\.(get|request))(?=\()/).exec(code)?.[0]
}

function asksOverTcp(name: string, args: string[]): boolean {
  const at = args.findIndex((arg) => /^(-h|--host)/.test(arg))
  if (at < 0) return args.some((arg) => /^--protocol=tcp$/i.test(arg))
  const host = (args[at] ?? '').replace(/^(-h|--host=?)/, '') || (args[at + 1] ?? '')
  // "localhost" means the socket to MySQL's clients.
  return host !== '' && !host.startsWith('/') && !(host === 'localhost' && name !== 'pg_isready')
}
