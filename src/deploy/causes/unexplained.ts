import { cleanText } from '../../text/clean.ts'
import { attemptWords } from '../judge-check.ts'
import { counted, lastLineOf } from '../words.ts'
import { type Case, isOfCheck, listensOn, stillStarts } from './case.ts'
import { isShellForm, textOf } from './check-target.ts'
import { longerStart } from './longer-start.ts'
import { quote, type Rule } from './rule.ts'
import { isUnread } from './unread.ts'

/** In one pair of single quotes a shell changes nothing. */
const quoted = (text: string) => `'${text.replaceAll("'", `'\\''`)}'`

/** The check to type on the engine's machine; null: there is nothing to type it for, or it is no line. */
function byHand({ check, seen }: Case): string | null {
  if (check === null || seen === null || seen.id === '' || textOf(check).includes('\n') || textOf(check).length > 300) return null
  const words = check.test.slice(1)
  const line = isShellForm(check) ? `sh -c ${quoted(words[0] ?? '')}` : words.map((word) => (/^[\w@%+=:,./-]+$/.test(word) ? word : quoted(word))).join(' ')
  return `docker exec ${cleanText(seen.id).slice(0, 12)} ${line}`
}

/** It never passed, and nothing listens yet where it asks, or its last word is that it starts. */
function mayStillStart(seen: Case): boolean {
  const { attempts, sockets, target } = seen
  if (attempts.some(({ exit }) => exit === 0)) return false
  if (stillStarts(seen) || sockets === null) return true
  return target === null ? sockets.length === 0 : listensOn(sockets, target.port).length === 0
}

function printed(told: Case): string {
  const { seen, service } = told
  const last = lastLineOf(seen?.logs ?? '')
  if (isUnread(told)) return `what ${service} printed could not be read in time`
  return last === '' ? `${service} printed nothing` : `the last that ${service} printed: ${quote(last, 160)}`
}

/** What is said where no other rule fits: only what was seen, and how to see more. */
export const unexplainedRules: Rule[] = [
  {
    id: 'check-unexplained',
    about: 'a health check that fails, and nothing that was seen tells why',
    last: true,
    find: (seen) => {
      const { service, check, attempts } = seen
      const last = attempts.at(-1)
      if (!isOfCheck(seen) || check === null || last === undefined || last.exit === 0) return null
      const words = attemptWords(last)
      const runs = quote(textOf(check), 120)
      const hand = byHand(seen)
      const silent = last.output.trim() === ''
      const streak = /^(\d+) checks in a row/.exec(seen.trouble.detail)?.[1]
      return {
        clause: `the health check of ${service}, \`${runs}\`, failed${streak === undefined ? '' : ` ${streak} times in a row, the last time`} ${words}${silent ? ' and without a word' : ''}; ${printed(seen)}`,
        short: '',
        fix: `${hand === null ? `Run that check in the container of ${service}` : `Run it by hand: \`${hand}\``}, and correct in ${service} ${silent ? 'what makes it fail' : `what it says (${quote(words, 160)})`}.${mayStillStart(seen) ? ` If it passes there by now, ${service} only needs longer: ${longerStart(seen).replace(/^In/, 'in').replace(/^At/, 'at')}.` : ''}`,
        tellsApart: 'what the check says when it is run by hand in the container',
        evidence: [`the check runs: ${quote(textOf(check))}`, `${counted(attempts.length, 'check')} kept, the last ${words}`, printed(seen)],
        sure: false,
        plain: true,
      }
    },
  },
  {
    id: 'end-unexplained',
    about: 'a container that ended, and nothing that was seen tells why',
    last: true,
    find: (seen) => {
      const { service, seen: container, name } = seen
      if (!['container_exited', 'crash_loop', 'dependency_failed'].includes(seen.trouble.reason) || container?.exitCode == null || container.facts == null)
        return null
      const ran = [...container.facts.entrypoint, ...container.facts.command].join(' ')
      const last = lastLineOf(container.logs)
      if (ran === '') return null
      return {
        clause: `when it ran \`${quote(ran, 120)}\`${last !== '' ? '' : isUnread(seen) ? '; what it printed could not be read in time' : ' and printed nothing'}`,
        after: true,
        fix:
          last === ''
            ? `Run it by hand, with what it says on a terminal: \`docker run --rm -it --entrypoint sh ${quote(seen.planned?.image ?? '', 120)}\`, then \`${quote(ran, 200)}\`; and correct what ends it.`
            : `Correct in ${service} what it says at its end: ${quote(last, 200)} (\`torii logs ${name} ${service}\` has what came before).`,
        tellsApart: 'what it says when it is run by hand',
        evidence: [`it ran: ${quote(ran)}`, `exit code ${container.exitCode}`, printed(seen)],
        sure: false,
        plain: true,
      }
    },
  },
]
