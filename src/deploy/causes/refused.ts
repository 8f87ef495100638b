import { counted, lastLineOf } from '../words.ts'
import { answerLines, direct, givesNoAnswer, portIn } from './asked.ts'
import { type Case, isLoopback, lastLogLine, listensOn, openPorts, otherPort, ports, socketLines } from './case.ts'
import { isItsOwn, isSidePort } from './check-listen.ts'
import { errorLine } from './exit-words.ts'
import { listenEverywhere } from './listen-everywhere.ts'
import { quote, type Rule, write } from './rule.ts'

/** Where nothing answers: what listens tells why. */
export const refusedRules: Rule[] = [
  {
    id: 'restarts-meanwhile',
    about: 'an app that ends and is restarted again and again while it is asked',
    find: (seen) => {
      const { restartCount = 0, state = '', logs = '' } = seen.seen ?? {}
      const asked = ['app_refused', 'app_error', 'app_status', 'probe_timeout'].includes(seen.trouble.reason)
      const sure = endedWhileAsked(seen)
      if (!asked || restartCount === 0 || !(sure || (restartCount > 1 && state === 'running'))) return null
      const last = errorLine(logs) ?? lastLineOf(logs)
      return {
        clause: `${seen.service} ${sure ? 'ended while it was asked' : 'ended'} and was restarted, ${counted(restartCount, 'time')} so far${last === '' ? '' : `: ${quote(last, 160)}`}`,
        fix: `Correct what ends ${seen.service}${last === '' ? '' : `: ${quote(last, 200)}`} (\`torii logs ${seen.name} ${seen.service}\`).`,
        evidence: [counted(restartCount, 'restart'), ...lastLogLine(seen), ...answerLines(seen)],
        ...(sure && givesNoAnswer(seen)),
        sure,
        ...(!sure && { tellsApart: `whether it ended before or while it was asked: \`torii logs ${seen.name} ${seen.service}\`` }),
      }
    },
  },
  {
    id: 'listens-on-loopback',
    about: 'an app that listens on 127.0.0.1 only, so that the proxy cannot reach it',
    find: (seen) => {
      const port = seen.revision.plan?.route?.port ?? 0
      const sockets = listensOn(seen.sockets, port)
      if (seen.trouble.reason !== 'app_refused' || sockets.length === 0 || !sockets.every(isLoopback)) return null
      const open = openPorts(seen.sockets)
      const at = sockets.map(({ address }) => address).join(' and ')
      const others =
        open.length === 0
          ? ''
          : `; or route to what it opens to all: ${open
              .slice(0, 3)
              .map((each) => write(seen.service, '', `x-torii: {port: ${each}}`))
              .join('; or ')}`
      return {
        clause: `${seen.service} listens on ${at} only${open.length === 0 ? '' : ` with port ${port} (${ports(open)} ${open.length === 1 ? 'is' : 'are'} open to all)`}, which nobody outside its container can reach`,
        fix: `Let ${seen.service} listen on 0.0.0.0: ${listenEverywhere(seen)}${others}.`,
        evidence: [...socketLines(seen), ...answerLines(seen)],
        sure: true,
      }
    },
  },
  {
    id: 'listens-on-other-port',
    about: 'an app that listens on another port than the one that is routed to',
    find: (seen) => {
      const port = seen.revision.plan?.route?.port ?? 0
      const open = openPorts(seen.sockets)
      if (seen.trouble.reason !== 'app_refused' || seen.sockets === null || listensOn(seen.sockets, port).length > 0 || seen.sockets.length === 0) return null
      const all = [...new Set(seen.sockets.map((socket) => socket.port))]
      const answered = (seen.evidence.asked ?? []).filter(({ status }) => status !== null).map(portIn)
      const answering = open.filter((each) => answered.includes(each) && !isSidePort(each))
      const best = answering.length > 0 ? answering : open.length > 0 ? open : all
      const loopback = open.length === 0
      const sure = isItsOwn(all, seen) && (answering.length === 1 || all.length === 1)
      return {
        clause: `routes lead to port ${port}, but ${seen.service} listens on ${ports(open.length > 0 ? open : all)}${loopback ? ', and only for its own container' : ''}`,
        fix: loopback
          ? `Let ${seen.service} listen on 0.0.0.0 and port ${port}: ${listenEverywhere(seen)}.`
          : `${best
              .slice(0, 3)
              .map((each) => write(seen.service, '', `x-torii: {port: ${each}}`))
              .join('; or ')}; or let ${seen.service} listen on port ${port}.`,
        evidence: [...socketLines(seen), ...answerLines(seen)],
        sure,
        ...(!sure && { tellsApart: `which of ${ports(all)} speaks HTTP, and whether ${seen.service} listens on port ${port} a moment later` }),
      }
    },
  },
  {
    id: 'listens-on-ipv6-only',
    about: 'an app that listens on IPv6 only',
    find: (seen) => {
      const port = seen.revision.plan?.route?.port ?? 0
      const sockets = listensOn(seen.sockets, port)
      const refused = direct(seen).length > 0 && direct(seen).every(({ failed }) => failed === 'refused')
      if (seen.trouble.reason !== 'app_refused' || sockets.length === 0 || !refused || !sockets.every(({ address }) => address.includes(':'))) return null
      return {
        clause: `${seen.service} listens on IPv6 only, and the network of containers speaks IPv4`,
        fix: `Let ${seen.service} listen on 0.0.0.0 instead of \`::\`.`,
        evidence: [...socketLines(seen), ...answerLines(seen)],
        sure: true,
      }
    },
  },
  {
    id: 'closes-without-answer',
    about: 'an app that takes the connection and closes it without an answer',
    find: (seen) => {
      const port = seen.revision.plan?.route?.port ?? 0
      const open = listensOn(seen.sockets, port).some((socket) => !isLoopback(socket))
      const asked = direct(seen)
      const refused = asked.some(({ failed }) => failed === 'refused')
      if (seen.trouble.reason !== 'app_refused' || !open || refused || asked.some(({ status }) => status !== null)) return null
      const last = lastLineOf(seen.seen?.logs ?? '')
      return {
        clause: `${seen.service} listens on port ${port}, but closes the connection without an answer${last ? `; the last it printed: ${quote(last, 160)}` : ''}`,
        fix: `Correct what makes ${seen.service} close connections on port ${port} (its log: \`torii logs ${seen.name} ${seen.service}\`), or, if that port speaks no HTTP, route to the one that does: ${write(seen.service, '', `x-torii: {port: ${otherPort(seen)}}`)}.`,
        evidence: [...socketLines(seen), ...answerLines(seen), ...lastLogLine(seen)],
        ...givesNoAnswer(seen),
        sure: true,
      }
    },
  },
  {
    id: 'nothing-on-port',
    about: 'nothing listens on the routed port, and what else is listened on cannot be seen',
    find: (seen) => {
      const port = seen.revision.plan?.route?.port ?? 0
      const refused = direct(seen).some(({ failed }) => failed === 'refused')
      if (seen.trouble.reason !== 'app_refused' || seen.sockets !== null || !refused) return null
      const other = seen.evidence.asked?.find(({ url, status }) => status !== null && Number(new URL(url).port || 80) !== port)
      const answers = other && Number(new URL(other.url).port || 80)
      return {
        clause: `nothing listens on port ${port} of ${seen.service}${answers ? `, while port ${answers} answers` : ''}`,
        fix: answers
          ? `${write(seen.service, '', `x-torii: {port: ${answers}}`)}; or let ${seen.service} listen on port ${port}.`
          : `Let ${seen.service} listen on 0.0.0.0 and port ${port}, or name the port it listens on: ${write(seen.service, '', 'x-torii: {port: N}')}${seen.check === null ? `. ${longer(seen)}` : ''}.`,
        evidence: [...socketLines(seen), ...answerLines(seen), ...lastLogLine(seen)],
        sure: true,
      }
    },
  },
  {
    id: 'listens-on-nothing',
    about: 'an app that runs and listens on nothing',
    find: (seen) => {
      if (seen.trouble.reason !== 'app_refused' || seen.sockets === null || seen.sockets.length > 0) return null
      return {
        clause: `${seen.service} runs, but listens on no port at all, so nothing answers on port ${seen.revision.plan?.route?.port}`,
        fix: `${seen.check === null ? `${longer(seen)}. Else look` : 'Look'} into the log of ${seen.service} for what it waits for; if it is no web server, route to another service: \`x-torii: {primary: true}\` under that one.`,
        evidence: [...socketLines(seen), ...(seen.seen?.processes ?? []).slice(0, 3).map((line) => `runs: ${quote(line)}`), ...lastLogLine(seen)],
        sure: true,
        symptom: true,
      }
    },
  },
]

/** It does not run now, or was started again after the first question: what was restarted before then it had to be, to start. */
function endedWhileAsked({ seen, evidence, revision }: Case): boolean {
  if (seen === null || seen.restartCount === 0) return false
  if (seen.state !== 'running') return true
  const asked = Math.min(...[revision.begun?.['candidate'], revision.begun?.['public']].filter((at) => at !== undefined))
  return seen.ran != null && Number.isFinite(asked) && Date.parse(evidence.at) - seen.ran > asked
}

/** Without a health check the probe alone waits for a slow start. */
function longer({ service }: Case): string {
  return `If ${service} only needs longer to start, give it a \`healthcheck:\` (it is waited for until it passes), or write at the top level of the Compose file \`x-torii: {probe: {timeout: 2m}}\``
}
