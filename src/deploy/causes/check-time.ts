import { earliestFailure } from '../judge-check.ts'
import { secondsOf } from '../words.ts'
import { isOfCheck, isRefused, lastLogLine } from './case.ts'
import { textOf } from './check-target.ts'
import { longerStart } from './longer-start.ts'
import { quote, type Rule, writeCheck } from './rule.ts'

/** By Docker's own words it was ended at its timeout; it did not give up by itself. */
const isEnded = ({ exit, output }: { exit: number; output: string }) => exit === -1 && /exceeded timeout/.test(output)
const isLate = (attempt: { exit: number; output: string }) =>
  isEnded(attempt) || /\(28\)|operation timed out|timed out after|ReadTimeout|read timed out|TimeoutError|download timed out/i.test(attempt.output)

const seconds = (ms: number) => `${Math.ceil(ms / 1000)}s`

/** Node.js and Python, of the program that they are told to run. */
const lacksFile = /Cannot find (?:module|package) '|ModuleNotFoundError|can't open file '/

export const checkTimeRules: Rule[] = [
  {
    id: 'check-cannot-decide-in-time',
    about: 'a health check whose own settings allow no verdict within the time of the gate',
    find: (seen) => {
      const { check, service, trouble, revision } = seen
      const within = revision.source.settings.gate.timeout
      if (trouble.reason !== 'health_timeout' || check === null || earliestFailure(check) < within || seen.attempts.some(({ exit }) => exit === 0)) return null
      const slow = check.interval > 30_000 && earliestFailure({ ...check, interval: 10_000 }) < within
      return {
        clause: `the health check of ${service} fails, and with its own settings Docker would call it unhealthy only after ${secondsOf(earliestFailure(check))}, later than the ${secondsOf(within)} it has`,
        fix: slow
          ? `${writeCheck(service, 'interval: 10s')}, and correct what the check says: ${quote(seen.said || 'nothing yet')}.`
          : `Correct what the check says (${quote(seen.said || 'nothing yet', 120)}), or, if ${service} only needs longer than ${secondsOf(within)}, write at the top level of the Compose file \`x-torii: {gate: {timeout: ${seconds(earliestFailure(check) + check.interval)}}}\`.`,
        evidence: [
          `interval ${secondsOf(check.interval)}, start period ${secondsOf(check.startPeriod)}, ${check.retries} retries`,
          ...(seen.said === '' ? [] : [`the check said: ${quote(seen.said)}`]),
          ...lastLogLine(seen),
        ],
        sure: false,
        tellsApart: `whether ${service} ever answers its check: \`torii logs ${seen.name} ${service}\``,
      }
    },
  },
  {
    id: 'check-hangs',
    about: 'a health check that never ends within its timeout',
    find: (seen) => {
      const { attempts, check, service, target } = seen
      const counted = attempts.slice(-Math.max(2, check?.retries ?? 3))
      if (!isOfCheck(seen) || check === null || counted.length === 0 || !counted.every(isLate)) return null
      const answers = seen.evidence.asked?.filter(({ status, url }) => status !== null && target?.path != null && new URL(url).pathname === target.path) ?? []
      const own = target === null
      const short = check.timeout < 5000
      if (!own && short && answers.length === 0) return null
      return {
        clause: own
          ? `the health check of ${service} does not end: it runs \`${quote(textOf(check), 100)}\``
          : answers.length > 0
            ? `the health check of ${service} hangs by itself, while ${target?.path} answers`
            : `${service} takes the connection of its health check and does not answer within ${secondsOf(check.timeout)}`,
        fix: own
          ? `Let the check of ${service} end by itself: in the Compose file, under \`services: ${service}: healthcheck:\`, write a \`test:\` that asks once and returns.`
          : `Find out what ${service} waits for when it is asked ${target?.path ?? ''} (a database, another service), and let that endpoint return at once; or give it longer: ${writeCheck(service, `timeout: ${seconds(check.timeout * 4)}`)}.`,
        evidence: [
          `${counted.length} checks in a row took longer than ${secondsOf(check.timeout)}`,
          `the check runs: ${quote(textOf(check))}`,
          ...lastLogLine(seen),
        ],
        sure: own && counted.every(isEnded),
        ...(own ? {} : { tellsApart: `how long the check takes by itself: \`docker exec\` it in the container of ${service}` }),
      }
    },
  },
  {
    id: 'check-timeout-too-short',
    about: 'a health check whose timeout is shorter than the endpoint takes',
    find: (seen) => {
      const { attempts, check, service } = seen
      const late = attempts.filter(isLate)
      if (!isOfCheck(seen) || check === null || late.length === 0 || seen.target === null || late.length * 2 < attempts.length) return null
      const passed = attempts.filter(({ exit }) => exit === 0)
      // One that passed in no time tells of an endpoint that hangs by now, not of a timeout that is nearly enough.
      const near = passed.some(({ ms }) => ms * 2 > check.timeout)
      return {
        clause: `${service} needs longer to answer its health check than the timeout of ${secondsOf(check.timeout)} allows`,
        fix: `${writeCheck(service, `timeout: ${seconds(Math.max(10_000, check.timeout * 3))}`)}${check.interval < 10_000 ? ' and `interval: 15s`' : ''}, or let its endpoint return sooner.`,
        evidence: [
          `${late.length} of ${attempts.length} kept checks took longer than ${secondsOf(check.timeout)}`,
          ...passed.slice(-1).map(({ ms }) => `one that passed took ${secondsOf(ms)}`),
        ],
        sure: near,
        ...(near
          ? {}
          : { tellsApart: `how long the check takes by itself: \`docker exec\` it in the container of ${service}; if it never ends, the endpoint hangs` }),
      }
    },
  },
  {
    id: 'flapping',
    about: 'a container that passes its check and fails it, again and again',
    find: (seen) => {
      const { attempts, service, check } = seen
      const turns = attempts.filter(({ exit }, at) => at > 0 && (attempts[at - 1]?.exit === 0) !== (exit === 0)).length
      if (!isOfCheck(seen) || check === null || turns < 3) return null
      return {
        clause: `${service} is well and ill by turns: its check changed ${turns} times`,
        fix: `Find out what ${service} does between two checks (its log has the times); if the endpoint is only slow at times: ${writeCheck(service, `retries: ${check.retries + 3}`)} and \`timeout: ${seconds(Math.max(10_000, check.timeout * 2))}\`.`,
        evidence: [...attempts.slice(-6).map(({ at, exit, output }) => `${at.slice(11, 19)} exit code ${exit}${exit === 0 ? '' : `: ${quote(output, 80)}`}`)],
        sure: true,
      }
    },
  },
  {
    id: 'slow-start',
    about: 'a container that needs longer to start than its health check waits',
    find: (seen) => {
      const { check, service, said } = seen
      if (!isOfCheck(seen) || check === null || !(isRefused(said) || /\b50[234]\b|starting|loading|initiali[sz]ing|warming|not ready|migrat/i.test(said)))
        return null
      // A check that lacks a file of its own will lack it later too.
      if (lacksFile.test(said)) return null
      const patience = earliestFailure(check)
      const still = /start|load|initiali|migrat|warm|compil|build|import|download|wait|sleep|prepar|boot/i.test(
        seen.seen?.logs.split('\n').slice(-8).join('\n') ?? '',
      )
      // Without a sight of its sockets and without a word of starting nothing tells it from a wrong port.
      if (seen.sockets === null && !still && !isRefused(said)) return null
      const unseen = seen.sockets === null && !still
      const port = seen.target === null ? '' : ` ${seen.target.port}`
      return {
        clause: `${service} had not finished starting when its health check gave up, ${secondsOf(patience)} after the start${unseen ? `, or it listens on another port than the check's${port}` : ''}`,
        fix: `${longerStart(seen)}: failures within a start period do not count, and a success ends it at once.${unseen ? ` If ${service} listens on another port than${port === '' ? ' the one its check asks' : port}, let the check ask there instead.` : ''}`,
        evidence: [
          `start period ${seen.planned?.checkFrom?.startPeriod === 'torii' ? 'none of its own' : secondsOf(check.startPeriod)}, ${check.retries} retries every ${secondsOf(check.interval)}`,
          `the check said: ${quote(said)}`,
          ...lastLogLine(seen),
        ],
        sure: false,
        tellsApart: still
          ? `its log ends in the middle of starting: wait and look whether it goes on (\`docker logs\`)`
          : `\`docker logs\` of ${service}: whether it goes on starting when it is left alone`,
      }
    },
  },
]
