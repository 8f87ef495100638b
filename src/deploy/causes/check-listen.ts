import { type Case, isLoopback, isOfCheck, isRefused, lastLogLine, listensOn, ports, socketLines } from './case.ts'
import { asksItself, isShellForm } from './check-target.ts'
import { quote, type Rule, testLine, writeCheck } from './rule.ts'

/** The same check with another address, as a line of the Compose file. */
function changed({ check }: Case, from: string | RegExp, to: string): string {
  if (check === null) return ''
  const words = check.test.slice(1).map((word) => word.replace(from, to))
  return testLine(isShellForm(check) ? 'CMD-SHELL' : 'CMD', words)
}

const ofItself = (seen: Case) => (isOfCheck(seen) && seen.target !== null && asksItself(seen.target, seen.service) && isRefused(seen.said) ? seen.target : null)

export const checkListenRules: Rule[] = [
  {
    id: 'check-asks-other-port',
    about: 'a health check that asks another port than the one its container listens on',
    find: (seen) => {
      const target = ofItself(seen)
      if (target === null || seen.sockets === null || seen.sockets.length === 0 || listensOn(seen.sockets, target.port).length > 0) return null
      const open = [...new Set(seen.sockets.map(({ port }) => port))]
      const better =
        open.includes(seen.revision.plan?.route?.port ?? -1) && seen.revision.plan?.route?.service === seen.service ? seen.revision.plan.route.port : open[0]
      return {
        clause: `the health check of ${seen.service} asks port ${target.port}, but ${seen.service} listens on ${ports(open)}`,
        fix: `${writeCheck(seen.service, changed(seen, new RegExp(`\\b${target.port}\\b`, 'g'), String(better)))}; or let ${seen.service} listen on port ${target.port}.`,
        evidence: [`the check said: ${quote(seen.said)}`, ...socketLines(seen)],
        sure: open.length === 1,
        ...(open.length === 1 ? {} : { tellsApart: `which of ${ports(open)} the endpoint is on: \`docker exec\` the check with each` }),
      }
    },
  },
  {
    id: 'check-localhost-is-ipv6',
    about: 'a health check of `localhost` that is taken for `::1`, where its container listens on IPv4 only',
    find: (seen) => {
      const target = ofItself(seen)
      if (target?.host !== 'localhost') return null
      const sockets = listensOn(seen.sockets, target.port)
      if (sockets.length === 0 || sockets.some(({ address }) => address.includes(':'))) return null
      return {
        clause: `the health check of ${seen.service} asks \`localhost\`, which its image takes for \`::1\`, but ${seen.service} listens on IPv4 only`,
        fix: `${writeCheck(seen.service, changed(seen, /\blocalhost\b/g, '127.0.0.1'))}.`,
        evidence: [`the check said: ${quote(seen.said)}`, ...socketLines(seen)],
        sure: true,
      }
    },
  },
  {
    id: 'check-127-but-ipv6-only',
    about: 'a health check of 127.0.0.1 where its container listens on `::1` only',
    find: (seen) => {
      const target = ofItself(seen)
      const sockets = target === null ? [] : listensOn(seen.sockets, target.port)
      if (target === null || !/^127\./.test(target.host) || sockets.length === 0 || !sockets.every(({ address }) => address === '::1')) return null
      return {
        clause: `the health check of ${seen.service} asks ${target.host}, but ${seen.service} listens on \`::1\` only`,
        fix: `Let ${seen.service} listen on 0.0.0.0 (its host or bind setting), not on \`localhost\` or \`::1\`: the proxy could not reach it either.`,
        evidence: [`the check said: ${quote(seen.said)}`, ...socketLines(seen)],
        sure: true,
      }
    },
  },
  {
    id: 'check-asks-name-but-loopback',
    about: 'a health check of the container’s own name where it listens on 127.0.0.1 only',
    find: (seen) => {
      const target = ofItself(seen)
      const sockets = target === null ? [] : listensOn(seen.sockets, target.port)
      if (target?.host !== seen.service || sockets.length === 0 || !sockets.every(isLoopback)) return null
      return {
        clause: `the health check of ${seen.service} asks it by its name, but ${seen.service} listens on ${sockets[0]?.address} only`,
        fix: `Let ${seen.service} listen on 0.0.0.0 instead of ${sockets[0]?.address} (its host or bind setting).`,
        evidence: [`the check said: ${quote(seen.said)}`, ...socketLines(seen)],
        sure: true,
      }
    },
  },
  {
    id: 'check-path-missing',
    about: 'a health check of a path that its container answers 404',
    find: (seen) => {
      const { target, service, said } = seen
      if (!isOfCheck(seen) || target?.path == null || !asksItself(target, service) || !/\b404\b/.test(said)) return null
      const works = seen.evidence.asked?.find(
        ({ url, status }) => status !== null && status < 400 && new URL(url).pathname !== target.path && seen.seen?.addresses?.includes(new URL(url).hostname),
      )
      const base = Object.entries(seen.seen?.facts?.settings ?? {}).find(
        ([name, value]) => /BASE_?PATH|ROOT_?PATH|PREFIX|SCRIPT_NAME/i.test(name) && value.startsWith('/') && value.length > 1,
      )
      const path = base ? `${base[1].replace(/\/$/, '')}${target.path}` : works ? new URL(works.url).pathname : null
      return {
        clause: `the health check of ${service} asks ${target.path}, which ${service} answers with 404${base ? `, as it serves below ${base[1]} (${base[0]})` : ''}`,
        fix:
          path === null
            ? `Add ${target.path} to ${service}, or let its check ask a path that it has: ${writeCheck(service, changed(seen, target.path, '/'))}.`
            : `${writeCheck(service, changed(seen, target.path, path))}; or add ${target.path} to ${service}.`,
        evidence: [`the check said: ${quote(said)}`, ...(works ? [`asked directly, ${new URL(works.url).pathname} answers ${works.status}`] : [])],
        sure: true,
      }
    },
  },
  {
    id: 'check-refused-by-status',
    about: 'a health endpoint that answers with an error or wants a login',
    find: (seen) => {
      const { target, service, said } = seen
      const status = /(?:error:?|HTTP\/1\.[01]|HTTP Error|status(?: code)?:?|returned error:) ?(\d{3})\b/i.exec(said)?.[1]
      if (!isOfCheck(seen) || target?.path == null || status === undefined || !/^[45]\d\d$/.test(status)) return null
      const login = status === '401' || status === '403'
      return {
        clause: `${service} answers its own health check with ${status} on ${target.path}`,
        fix: login
          ? `Let ${service} answer ${target.path} without a login, or ask a path that needs none: ${writeCheck(service, changed(seen, target.path, '/health'))}.`
          : `Correct what makes ${service} answer ${status} on ${target.path}; its log (\`torii logs NAME ${service}\`) says why.`,
        evidence: [`the check said: ${quote(said)}`, ...lastLogLine(seen)],
        sure: true,
      }
    },
  },
  {
    id: 'nothing-listens',
    about: 'a container that runs and listens on nothing',
    find: (seen) => {
      const target = ofItself(seen)
      if (target === null || seen.sockets === null || seen.sockets.length > 0) return null
      const times = seen.check
      const period = times ? Math.max(60, Math.ceil((times.startPeriod / 1000) * 3)) : 60
      return {
        clause: `${seen.service} runs, but listens on no port yet, and its health check asks port ${target.port}`,
        fix: `${writeCheck(seen.service, `start_period: ${period}s`)} if it only needs longer to start; else correct what keeps it from listening (its log says what it does).`,
        evidence: [...socketLines(seen), ...(seen.seen?.processes ?? []).slice(0, 3).map((line) => `runs: ${quote(line)}`), ...lastLogLine(seen)],
        sure: false,
        tellsApart: `\`torii logs NAME ${seen.service}\`: does it still start, or does it wait or hang?`,
      }
    },
  },
]
