import { secondsOf } from '../words.ts'
import { type Case, ending, isOfCheck, isOfEnd, isRefused, lastLogLine } from './case.ts'
import { lineWith, quote, type Rule, write } from './rule.ts'

const others = (seen: Case) => (seen.revision.plan?.services ?? []).filter(({ name }) => name !== seen.service)

/** Another service of the extension that a line speaks of, by its name. */
function serviceIn(line: string, seen: Case): string | null {
  return others(seen).find(({ name }) => new RegExp(`(^|[^\\w-])${name.replace(/[^\w-]/g, '')}([^\\w-]|$)`).test(line))?.name ?? null
}

const wantsHost =
  /(?:could not translate host name|getaddrinfo (?:ENOTFOUND|EAI_AGAIN)|Name or service not known[^"']*|no such host|Temporary failure in name resolution|UnknownHostException:?|bad address|Could not resolve host:?|unknown host)[ :]*["']?([\w.-]*)/i
const lookup = /lookup ([\w.-]+)/

/** Rules for what a container says before it ends. */
export const exitWordRules: Rule[] = [
  {
    id: 'host-unknown',
    about: 'a program that looks for a host that no service of the extension is called',
    find: (seen) => {
      const text = `${ending(seen)}\n${seen.said}`
      const found = wantsHost.exec(text)
      const host = found?.[1] || lookup.exec(text)?.[1] || null
      if (!(isOfEnd(seen) || isOfCheck(seen)) || found === null || host === null || host === 'localhost') return null
      const names = (seen.revision.plan?.services ?? []).map(({ name }) => name)
      const exists = names.includes(host)
      if (names.length === 0 || host.includes('.')) return null
      return {
        clause: exists
          ? `${seen.service} looked for ${host} before ${host} was there`
          : `${seen.service} looks for a host called ${host}, and no service of the extension is called that`,
        fix: exists
          ? `${write(seen.service, 'depends_on:', `${host}: {condition: service_started}`)} (\`service_healthy\` where ${host} has a health check).`
          : `Correct the variable of ${seen.service} that names ${host}: its services are called ${names.join(', ')}.`,
        evidence: [lineWith(text, wantsHost)],
        sure: true,
      }
    },
  },
  {
    id: 'dependency-not-ready',
    about: 'a program that ends because another service does not take its connection yet',
    find: (seen) => {
      const text = `${ending(seen)}\n${seen.said}`
      const line =
        text.split('\n').find((each) => isRefused(each) && serviceIn(each, seen) !== null) ??
        (isRefused(text) ? text.split('\n').find((each) => serviceIn(each, seen) !== null) : undefined)
      const name = line === undefined ? null : serviceIn(line, seen)
      if (!(isOfEnd(seen) || isOfCheck(seen)) || name === null) return null
      const other = others(seen).find((each) => each.name === name)
      const waits = seen.planned?.dependsOn.find(({ service }) => service === name)
      if (waits?.condition === 'service_healthy')
        return {
          clause: `${seen.service} is refused by ${name}, although ${name} is healthy`,
          fix: `Correct the port or address with which ${seen.service} calls ${name}, or let ${name} listen on 0.0.0.0.`,
          evidence: [quote(line ?? '')],
          sure: false,
          tellsApart: `the port in what it printed, against the one ${name} listens on`,
        }
      const check = other?.check == null ? `, and give ${name} a \`healthcheck:\` (for example \`${checkFor(other?.image ?? '')}\`)` : ''
      return {
        clause: `${seen.service} is started before ${name} takes connections, and does not wait for it`,
        fix: `${write(seen.service, 'depends_on:', `${name}: {condition: service_healthy}`)}${check}.`,
        evidence: [quote(line ?? ''), `${seen.service} ${waits ? `waits only for the start of ${name}` : `does not wait for ${name}`}`],
        sure: true,
      }
    },
  },
  {
    id: 'module-missing',
    about: 'a program that ends because a module or library is not in its image',
    find: (seen) => {
      const text = ending(seen)
      const python = /ModuleNotFoundError: No module named '([\w.-]+)'|ImportError: No module named ([\w.-]+)/.exec(text)
      const node = /Cannot find (?:module|package) '([^']+)'/.exec(`${text}\n${seen.log}`)
      const library = /error while loading shared libraries: (\S+?):/.exec(text)
      const name = python?.[1] ?? python?.[2] ?? node?.[1] ?? library?.[1]
      if (!isOfEnd(seen) || name === undefined) return null
      const own = /^[./]/.test(name) || /could not import module|Error loading ASGI/i.test(text)
      return {
        clause: `${seen.service} ends because ${own ? 'the file' : library ? 'the library' : 'the module'} ${name} is not in its image`,
        fix: own
          ? `Correct the path in the command of ${seen.service}, or copy ${name} into its image (\`COPY . .\` in its Dockerfile, and not in .dockerignore).`
          : python
            ? `In the Dockerfile of ${seen.service}, write \`RUN pip install --no-cache-dir ${name.split('.')[0]}\`, or add it to requirements.txt.`
            : library
              ? `Install the package with ${name} in the Dockerfile of ${seen.service}.`
              : `Add ${name} to the dependencies in package.json and let its Dockerfile \`RUN npm ci\`; a bind mount over the folder would hide node_modules.`,
        evidence: [lineWith(`${text}\n${seen.log}`, /ModuleNotFoundError|ImportError|Cannot find|shared libraries/)],
        sure: true,
      }
    },
  },
  {
    id: 'port-taken-inside',
    about: 'two programs of one container that want the same port',
    find: (seen) => {
      const said = lineWith(ending(seen), /address already in use|EADDRINUSE/i)
      if (!isOfEnd(seen) || said === '') return null
      return {
        clause: `${seen.service} ends because its port is taken inside its own container`,
        fix: `Start the server of ${seen.service} once only, or give the second another port.`,
        evidence: [said],
        sure: true,
      }
    },
  },
  {
    id: 'one-shot-failed',
    about: 'a job that others wait for and that failed',
    find: (seen) => {
      const { planned, service } = seen
      const exit = seen.seen?.exitCode
      if (!planned?.oneshot || exit == null || exit === 0) return null
      const [last] = lastLogLine(seen)
      return {
        clause: `the job ${service} failed with exit code ${exit}`,
        fix: `Correct what ${last ? `it says at its end (${quote(last.replace('the last it printed: ', ''), 120)})` : 'makes it fail'}, so that it ends with exit code 0: ${planned.awaitedBy.length > 0 ? `${planned.awaitedBy.join(', ')} waits for that` : 'it is a one-shot'}.`,
        quiet: true,
        evidence: [`exit code ${exit}`, ...(last ? [last] : ['it printed nothing'])],
        sure: true,
      }
    },
  },
  {
    id: 'program-error',
    about: 'a program that ends with an error of its own',
    find: (seen) => {
      const container = seen.seen
      if (!['container_exited', 'crash_loop'].includes(seen.trouble.reason) || container == null || container.exitCode === 0 || container.exitCode === null)
        return null
      const error = errorLine(ending(seen))
      if (error === null) return null
      const place = lineWith(ending(seen).split('\n').reverse().join('\n'), /^\s*(File "[^"]+", line \d+|at .+:\d+:\d+)/)
      return {
        clause: `${seen.service} ended by an error of its own: ${quote(error, 160)}`,
        fix: `Correct in ${seen.service}: ${quote(error, 200)}${place === '' ? '' : ` (${place})`}.`,
        quiet: seen.trouble.detail.includes(quote(error, 60).replace(/…$/, '')),
        evidence: [
          quote(error),
          ...(place === '' ? [] : [place]),
          `exit code ${container.exitCode}${container.ran == null ? '' : ` after ${secondsOf(container.ran)}`}`,
        ],
        sure: true,
      }
    },
  },
]

/** The line of a traceback that says what it was: the last in Python, the one of the Error in Node. */
function errorLine(text: string): string | null {
  const lines = text.split('\n')
  const named = lines.findLast((line) =>
    /^\s*(?:[\w.]+\.)?[A-Z]\w*(?:Error|Exception|Exit)\b(?:: | \[|$)|^\s*(?:Uncaught )?(?:fatal|panic|error|FATAL|ERROR|panicked)[\s:[]/.test(line),
  )
  return named?.trim() ?? null
}

function checkFor(image: string): string {
  if (/postgres|postgis|timescale/.test(image)) return 'test: ["CMD-SHELL", "pg_isready -U $$POSTGRES_USER"]'
  if (/redis|valkey/.test(image)) return 'test: ["CMD", "redis-cli", "ping"]'
  if (/mysql|mariadb/.test(image)) return 'test: ["CMD-SHELL", "mysqladmin ping -h 127.0.0.1"]'
  if (/mongo/.test(image)) return `test: ["CMD", "mongosh", "--quiet", "--eval", "db.adminCommand('ping')"]`
  if (/rabbitmq/.test(image)) return 'test: ["CMD", "rabbitmq-diagnostics", "-q", "ping"]'
  return 'test: ["CMD-SHELL", "a command that succeeds when it is ready"]'
}
