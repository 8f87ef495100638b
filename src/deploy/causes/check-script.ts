import { baseName } from '../command/programs.ts'
import { type Case, isOfCheck, listensOn, socketLines, stillStarts } from './case.ts'
import { answerToCheck, changed, statusHeard } from './check-heard.ts'
import { asksItself, isShellForm, textOf } from './check-target.ts'
import { quote, type Rule, testLine, write, writeCheck } from './rule.ts'

const lines = (seen: Case) => [`the check runs: ${quote(seen.check === null ? '' : textOf(seen.check))}`, `it ended with: ${quote(seen.said)}`]

/** What Node.js 24, Python 3, dash and busybox say of a file that they are to run and that is not there. */
const missingScript =
  /Cannot find module '(\/[^']+)'|can't open file '([^']+)': \[Errno 2\]|sh: (?:\d+: )?(?:cannot open |can't open '?)([^\s:']+)|sh: (?:\d+: )?(\/\S+): not found/

/** An address of its own that answers, for a check of one line. */
function ownAddress({ service, sockets, revision, target }: Case): string | null {
  const { route } = revision.plan ?? {}
  const port = target?.port ?? (route?.service === service ? route.port : [...new Set((sockets ?? []).map((socket) => socket.port))][0])
  return port === undefined ? null : `http://127.0.0.1:${port}${target?.path ?? '/'}`
}

/** The same question in the language of the check, with nothing that is not in it by itself. */
function plainQuestion(seen: Case): string | null {
  const url = ownAddress(seen)
  const program = /(?:^|[\s/])(python[\d.]*|node)\b/.exec(seen.check === null ? '' : textOf(seen.check))?.[1]
  if (url === null || program === undefined) return null
  return program === 'node'
    ? testLine('CMD', ['node', '-e', `fetch('${url}').then(r => process.exit(r.ok ? 0 : 1), () => process.exit(1))`])
    : testLine('CMD', [program, '-c', `import urllib.request; urllib.request.urlopen('${url}', timeout=3)`])
}

/** Rules for the script or the client that a check asks with. */
export const checkScriptRules: Rule[] = [
  {
    id: 'check-form-in-string',
    about: 'a health check in one string that begins with `CMD`, as in a Dockerfile, which a shell takes for a program',
    find: (seen) => {
      const { service, check } = seen
      const rest = check !== null && isShellForm(check) ? /^\s*CMD(?:-SHELL)?\s+(\S[\s\S]*)$/.exec(check.test[1] ?? '')?.[1] : undefined
      if (!isOfCheck(seen) || rest === undefined) return null
      return {
        clause: `the health check of ${service} is a string that begins with \`CMD\`, which its shell takes for a program: outside of a Dockerfile that word stands in a list`,
        fix: `${writeCheck(service, testLine('CMD-SHELL', [rest]))}.`,
        evidence: lines(seen),
        sure: true,
      }
    },
  },
  {
    id: 'check-script-missing',
    about: 'a health check that runs a script which is not in its container',
    find: (seen) => {
      const { service, check, said } = seen
      const found = missingScript.exec(said)
      const path = found?.[1] ?? found?.[2] ?? found?.[3] ?? found?.[4]
      const name = baseName(path ?? '')
      if (!isOfCheck(seen) || check === null || path === undefined || name === '' || !textOf(check).includes(name)) return null
      const plain = plainQuestion(seen)
      const copy = `copy it into the image of ${service} (\`COPY ${name} ${path}\` in its Dockerfile, and not in .dockerignore)`
      return {
        clause: `the health check of ${service} runs ${path}, which is not in its container`,
        fix:
          plain === null
            ? `${copy[0]?.toUpperCase()}${copy.slice(1)}; or let its check name the file where it is.`
            : `${writeCheck(service, plain)}; or ${copy}.`,
        evidence: lines(seen),
        sure: true,
      }
    },
  },
  {
    id: 'check-module-missing',
    about: 'a health check in Python or Node.js that needs a package its image does not have',
    find: (seen) => {
      const { service, check, said } = seen
      const python = /ModuleNotFoundError: No module named '([\w.]+)'/.exec(said)?.[1]
      const name = python ?? /Cannot find (?:module|package) '([@\w][\w./-]*)'/.exec(said)?.[1]
      if (!isOfCheck(seen) || check === null || name === undefined) return null
      const plain = plainQuestion(seen)
      const install = `install ${name} in the Dockerfile of ${service} (\`RUN ${python === undefined ? 'npm install' : 'pip install --no-cache-dir'} ${name.split('.')[0]}\`)`
      return {
        clause: `the health check of ${service} needs the package ${name}, which is not in its image`,
        fix: plain === null ? `${install[0]?.toUpperCase()}${install.slice(1)}.` : `${writeCheck(service, plain)}; or ${install}.`,
        evidence: lines(seen),
        sure: true,
      }
    },
  },
  {
    id: 'check-asks-head',
    about: 'a health check that asks with HEAD, which its container does not answer as it answers GET',
    find: (seen) => {
      const { service, check, target } = seen
      const status = statusHeard(seen)
      const text = check === null ? '' : textOf(check)
      const head = /\bcurl\b.{0,200}\s(?:-[a-zA-Z]*I[a-zA-Z]*|--head)\b/.test(text) || /\bwget\b.{0,200}\s--spider\b/.test(text)
      const answer = answerToCheck(seen)
      if (!isOfCheck(seen) || !head || target === null || !asksItself(target, service) || (status !== 405 && status !== 501)) return null
      // Where nobody asked with GET, the answer itself names what is allowed.
      if (answer?.status == null ? !/^allow:.{0,100}\bGET\b/im.test(seen.said) : answer.status >= 400) return null
      const get = answer?.status == null ? 'allowed by its own words' : `answered with ${answer.status}`
      const line = /--spider/.test(text)
        ? changed(seen, /--spider\b/, '-O /dev/null')
        : changed(seen, /\s--head\b|(?<=\s-[a-zA-Z]*)I(?=[a-zA-Z]*\s)/, '').replace(/curl(?= -| http)/, 'curl -o /dev/null')
      return {
        clause: `the health check of ${service} asks ${target.path} with HEAD, which ${service} answers with ${status}, while GET is ${get}`,
        fix: `${writeCheck(service, line)}: it asks with GET.`,
        evidence: [...lines(seen), ...(answer?.status == null ? [] : [`asked directly with GET, ${target.path}: HTTP ${answer.status}`])],
        sure: isShellForm(check ?? { test: [] }),
        ...(!isShellForm(check ?? { test: [] }) && { tellsApart: 'the check run by hand with GET' }),
      }
    },
  },
  {
    id: 'check-closed-without-answer',
    about: 'a health check whose connection is taken and closed without an answer',
    find: (seen) => {
      const { service, target, said, check } = seen
      const closed = /\(52\)|\(56\)|Empty reply from server|RemoteDisconnected|socket hang up|error getting response|Connection reset by peer|No data received/i
      if (!isOfCheck(seen) || target === null || check === null || !asksItself(target, service) || target.tls || !closed.test(said)) return null
      const tls = answerToCheckTls(seen)
      const https = changed(seen, /\bhttp:\/\//, 'https://').replace(/\bcurl(?=[" ])/, (word) => (isShellForm(check) ? `${word} -k` : word))
      return {
        clause: tls
          ? `${service} speaks HTTPS on port ${target.port}, and its health check asks it over HTTP`
          : `${service} takes the connection of its health check on port ${target.port} and closes it without an answer`,
        fix: tls
          ? `Let ${service} speak plain HTTP on port ${target.port}, as TLS ends at the proxy; or, where it is not routed to, ${writeCheck(service, https).replace(/^In/, 'in')}.`
          : `Let ${service} answer HTTP on port ${target.port}; if it speaks something else there, ask only for the connection: ${write(service, '', 'healthcheck: {disable: true}')} and \`x-torii: {healthcheck: {tcp: ${target.port}}}\`.`,
        evidence: [...lines(seen), ...socketLines(seen)],
        sure: !stillStarts(seen),
        ...(stillStarts(seen) && { tellsApart: 'whether the check passes once it has started: `docker exec` it then' }),
      }
    },
  },
  {
    id: 'check-socket-elsewhere',
    about: 'a check of a database over a socket file that is not there, while it listens on its port',
    find: (seen) => {
      const { service, said, check } = seen
      const socket = /(\/[\w./-]+):(\d+) - no response|(?:socket|through socket) ['"](\/[\w./-]+)['"]/.exec(said)
      const client = /\b(pg_isready|psql|mysqladmin|mysql|mariadb-admin|redis-cli)\b/.exec(check === null ? '' : textOf(check))?.[1]
      const port = socket?.[2] ? Number(socket[2]) : client?.startsWith('m') ? 3306 : 5432
      if (!isOfCheck(seen) || socket === null || client === undefined || /\s(?:-h|--host)\b/.test(textOf(check ?? { test: [] }))) return null
      if (!listensOn(seen.sockets, port).some(({ address }) => address === '0.0.0.0' || address === '::' || address.startsWith('127.'))) return null
      const sure = !stillStarts(seen)
      return {
        clause: `the health check of ${service} asks over the socket in ${socket[1] ?? socket[3]}, where ${service} has none, while it listens on port ${port}`,
        fix: `${writeCheck(service, mendedClient(seen, client))}.`,
        evidence: [...lines(seen), ...socketLines(seen)],
        sure,
        ...(!sure && { tellsApart: 'whether the check passes once it has started' }),
      }
    },
  },
]

function answerToCheckTls({ evidence, target, seen }: Case): boolean {
  return (evidence.asked ?? []).some(
    ({ url, tls }) => tls === true && Number(new URL(url).port || 80) === target?.port && seen?.addresses?.includes(new URL(url).hostname),
  )
}

function mendedClient(seen: Case, client: string): string {
  const { check } = seen
  if (check !== null && isShellForm(check)) return changed(seen, new RegExp(`\\b${client}\\b`), `${client} -h 127.0.0.1`)
  const words = check?.test.slice(1) ?? []
  return testLine('CMD', [...words.slice(0, 1), '-h', '127.0.0.1', ...words.slice(1)])
}
