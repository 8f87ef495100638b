import type { Socket } from '../evidence-parts.ts'
import { type Case, isLoopback, isOfCheck, lastLogLine, listensOn, ports, socketLines, stillStarts } from './case.ts'
import { answerToCheck, changed, heardLines, isSilent, refusedTarget, withPort } from './check-heard.ts'
import { textOf } from './check-target.ts'
import { listenEverywhere } from './listen-everywhere.ts'
import { longerStart } from './longer-start.ts'
import { quote, type Rule, writeCheck } from './rule.ts'

/** Debuggers of Java, Python and Node.js: open before their app listens. */
export const isSidePort = (port: number) => [5005, 5678, 9229].includes(port)

/** Takes what is sent to 127.0.0.1. */
const isForLoopback = (socket: Socket) => socket.address === '0.0.0.0' || isLoopback(socket)

/** All that it will listen on: it says nothing of still starting, and it is no debugger that opens first. */
export function isItsOwn(open: number[], seen: Case): boolean {
  return !stillStarts(seen) && !open.every(isSidePort)
}

/** A check that printed nothing may have asked either address of `localhost`. */
function silentOnLocalhost(seen: Case): Case['target'] {
  return isOfCheck(seen) && isSilent(seen) && seen.target?.host === 'localhost' && answerToCheck(seen)?.status == null ? seen.target : null
}

/** The routed port must be open to the proxy as well. */
function alsoForOthers(seen: Case, port: number): string {
  const { route } = seen.revision.plan ?? {}
  return route?.service === seen.service && route.port === port
    ? `; and let ${seen.service} listen on 0.0.0.0, as the proxy could not reach it either: ${listenEverywhere(seen)}`
    : ''
}

export const checkListenRules: Rule[] = [
  {
    id: 'check-asks-other-port',
    about: 'a health check that asks another port than the one its container listens on',
    find: (seen) => {
      const target = refusedTarget(seen)
      if (target === null || seen.sockets === null || seen.sockets.length === 0 || listensOn(seen.sockets, target.port).length > 0) return null
      const open = [...new Set(seen.sockets.map(({ port }) => port))]
      const better =
        open.includes(seen.revision.plan?.route?.port ?? -1) && seen.revision.plan?.route?.service === seen.service ? seen.revision.plan.route.port : open[0]
      const sure = open.length === 1 && isItsOwn(open, seen)
      return {
        clause: `the health check of ${seen.service} asks port ${target.port}, but ${seen.service} listens on ${ports(open)}`,
        fix: `${writeCheck(seen.service, withPort(seen, better ?? target.port))}; or let ${seen.service} listen on port ${target.port}.`,
        evidence: [...heardLines(seen), ...socketLines(seen)],
        sure,
        ...(sure
          ? {}
          : {
              tellsApart:
                open.length === 1
                  ? `whether ${seen.service} listens on port ${target.port} a moment later: its log`
                  : `which of ${ports(open)} the endpoint is on: \`docker exec\` the check with each`,
            }),
      }
    },
  },
  {
    id: 'check-localhost-is-ipv6',
    about: 'a health check of `localhost` that is taken for `::1`, where its container listens on IPv4 only',
    find: (seen) => {
      const target = refusedTarget(seen)
      if (target?.host !== 'localhost' || seen.check === null) return null
      const sockets = listensOn(seen.sockets, target.port)
      // curl asks both addresses; one that said 127.0.0.1 has asked it. Of the container's own address alone localhost hears nothing.
      const asksBoth = /\bcurl\b/.test(textOf(seen.check)) || /127\.0\.0\.1/.test(seen.said)
      if (asksBoth || sockets.some(({ address }) => address.includes(':')) || !sockets.some(isForLoopback)) return null
      const sure = /::1\b/.test(seen.said)
      return {
        clause: `the health check of ${seen.service} asks \`localhost\`, which its image takes for \`::1\`, but ${seen.service} listens on IPv4 only`,
        fix: `${writeCheck(seen.service, changed(seen, /\blocalhost\b/g, '127.0.0.1'))}${sockets.every(isLoopback) ? alsoForOthers(seen, target.port) : ''}.`,
        evidence: [...heardLines(seen), ...socketLines(seen)],
        sure,
        ...(sure ? {} : { tellsApart: `the check run now, with \`docker exec\`: if it passes, ${seen.service} only listened too late` }),
      }
    },
  },
  {
    id: 'check-loopback-but-own-address',
    about: 'a health check of `localhost` where its container listens on its address in the network only',
    find: (seen) => {
      const target = refusedTarget(seen)
      const sockets = target === null ? [] : listensOn(seen.sockets, target.port)
      if (target === null || target.host === seen.service || sockets.length === 0 || !sockets.every(({ address }) => seen.seen?.addresses?.includes(address)))
        return null
      return {
        clause: `the health check of ${seen.service} asks ${target.host}, but ${seen.service} listens on ${sockets[0]?.address} only`,
        fix: `Let ${seen.service} listen on 0.0.0.0 instead of ${sockets[0]?.address} (its host or bind setting).`,
        evidence: [...heardLines(seen), ...socketLines(seen)],
        sure: true,
      }
    },
  },
  {
    id: 'check-127-but-ipv6-only',
    about: 'a health check of 127.0.0.1, or of `localhost` that is taken for it, where its container listens on `::1` only',
    find: (seen) => {
      const target = refusedTarget(seen) ?? silentOnLocalhost(seen)
      const sockets = target === null ? [] : listensOn(seen.sockets, target.port)
      const named = target?.host === 'localhost'
      if (target === null || !(named || /^127\./.test(target.host)) || sockets.length === 0 || !sockets.every(({ address }) => address === '::1')) return null
      const sure = !named || /127\.0\.0\.1/.test(seen.said)
      return {
        clause: `the health check of ${seen.service} asks ${target.host}${named ? ', which is 127.0.0.1 to it' : ''}, but ${seen.service} listens on \`::1\` only`,
        fix: `Let ${seen.service} listen on 0.0.0.0, not on \`localhost\` or \`::1\`, where the proxy could not reach it either: ${listenEverywhere(seen)}.`,
        evidence: [...heardLines(seen), ...socketLines(seen)],
        sure,
        ...(!sure && { tellsApart: `the check run now, with \`docker exec\`: if it passes, ${seen.service} only listened too late` }),
      }
    },
  },
  {
    id: 'check-asks-name-but-loopback',
    about: 'a health check of the container’s own name where it listens on 127.0.0.1 only',
    find: (seen) => {
      const target = refusedTarget(seen)
      const sockets = target === null ? [] : listensOn(seen.sockets, target.port)
      if (target?.host !== seen.service || sockets.length === 0 || !sockets.every(isLoopback)) return null
      return {
        clause: `the health check of ${seen.service} asks it by its name, but ${seen.service} listens on ${sockets[0]?.address} only`,
        fix: `Let ${seen.service} listen on 0.0.0.0 instead of ${sockets[0]?.address} (its host or bind setting).`,
        evidence: [...heardLines(seen), ...socketLines(seen)],
        sure: true,
      }
    },
  },
  {
    id: 'nothing-listens',
    about: 'a container that runs and listens on nothing',
    find: (seen) => {
      const target = refusedTarget(seen)
      if (target === null || seen.check === null || seen.sockets === null || seen.sockets.length > 0) return null
      return {
        clause: `${seen.service} runs, but listens on no port yet, and its health check asks port ${target.port}`,
        fix: `${longerStart(seen)}, if it only needs longer to start; else correct what keeps it from listening (its log says what it does).`,
        evidence: [...socketLines(seen), ...(seen.seen?.processes ?? []).slice(0, 3).map((line) => `runs: ${quote(line)}`), ...lastLogLine(seen)],
        sure: false,
        tellsApart: `\`torii logs ${seen.name} ${seen.service}\`: does it still start, or does it wait or hang?`,
      }
    },
  },
]
