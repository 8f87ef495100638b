import { baseName, isShell } from '../command/programs.ts'
import { secondsOf } from '../words.ts'
import { type Case, isOfCheck, lastLogLine, stillStarts } from './case.ts'
import { quote, type Rule } from './rule.ts'

const inits = /^(?:tini|dumb-init|docker-init|catatonit|--|-[a-z]+)$/

/** An entrypoint that becomes the command: an init, or a script by all appearances. */
export function passesOn(entrypoint: string[]): boolean {
  return entrypoint.every((word) => inits.test(baseName(word)) || /entrypoint|\.sh$/.test(baseName(word)))
}

/** The script that is started in the place of the command, and gets it as its arguments; null: there is none. */
export function scriptInFront({ seen }: Pick<Case, 'seen'>): string | null {
  const { entrypoint = [], command = [] } = seen?.facts ?? {}
  const words = entrypoint.filter((word) => !inits.test(baseName(word)))
  const [first = '', second] = words
  const script = isShell(baseName(first)) ? second : first
  const isScript =
    script !== undefined && (/\.sh$|entrypoint|^(?:start|run|init)$/.test(baseName(script)) || (isShell(baseName(first)) && /^[\w./-]+$/.test(script)))
  return isScript && command.length > 0 && !/^-/.test(script) ? script : null
}

/** Leave by themselves with exit code 0 while they go on in the background. */
const background = /\b(?:nginx|apache2?ctl|httpd|supervisord|sshd|cron|service|--daemon|daemonize|start)\b/

/** It ended well at once, and what it was to hand over to is a server that would not have: the script did not hand over. */
export function dropsCommand(seen: Case): boolean {
  const command = (seen.seen?.facts?.command ?? []).join(' ')
  return scriptInFront(seen) !== null && !background.test(command)
}

/** Words of the command that a process list would show: no options, no shells, nothing short. */
function telling(command: string[]): string[] {
  const words = command.flatMap((word) => word.split(/\s+/)).map(baseName)
  return words.filter(
    (word) => word.length > 2 && !/^[-$|&;<>]/.test(word) && !isShell(word) && !['exec', 'run', 'start', 'serve', 'npm', 'npx', 'yarn', 'pnpm'].includes(word),
  )
}

const exec = (script: string) => `as the last line of ${script} write \`exec "$@"\``

/** Rules for a script in front of the command that does not hand over to it. */
export const entrypointRules: Rule[] = [
  {
    id: 'entrypoint-drops-command',
    about: 'an entrypoint that ends without starting the command it was given',
    find: (seen) => {
      const { service, seen: container } = seen
      const script = scriptInFront(seen)
      if (!['container_exited', 'crash_loop'].includes(seen.trouble.reason) || container?.exitCode !== 0 || script === null || !dropsCommand(seen)) return null
      const command = (container.facts?.command ?? []).join(' ')
      return {
        clause: `${script} of ${service} ended with exit code 0${container.ran == null ? '' : ` after ${secondsOf(container.ran)}`} without starting its command \`${quote(command, 80)}\``,
        fix: `In the image of ${service}, ${exec(script)}, and build again: it then becomes the command that it is given.`,
        evidence: ['exit code 0', `entrypoint: ${quote((container.facts?.entrypoint ?? []).join(' '))}`, `command: ${quote(command)}`, ...lastLogLine(seen)],
        sure: false,
        tellsApart: `the last line of ${script}: with \`exec "$@"\` there it is the command itself that ended`,
      }
    },
  },
  {
    id: 'entrypoint-runs-another',
    about: 'an entrypoint that runs something else than the command it was given',
    find: (seen) => {
      const { service, seen: container } = seen
      const script = scriptInFront(seen)
      const runs = container?.processes ?? []
      const command = container?.facts?.command ?? []
      const asked = isOfCheck(seen) || seen.trouble.reason === 'app_refused'
      if (!asked || script === null || runs.length === 0) return null
      const words = telling(command)
      if (words.length === 0 || runs.some((line) => words.some((word) => line.replace(scriptLine(script), '').includes(word)))) return null
      const others = runs.filter((line) => !line.includes(script))
      const isThere = others.length < runs.length
      const forGood = others.some((line) => /(?:^|\/)(?:tail -[fF] |sleep (?:infinity|\d{4,}))/.test(line))
      const sure = forGood || (!isThere && !stillStarts(seen))
      return {
        clause: `${script} of ${service} ${isThere ? `has not come to its command \`${quote(command.join(' '), 80)}\`` : `started something else than its command \`${quote(command.join(' '), 80)}\``}: what runs is ${quote(others.slice(0, 2).join('; ') || runs[0] || '', 120)}`,
        fix: `In the image of ${service}, ${exec(script)} in the place of what it runs now, and build again.`,
        evidence: [`command: ${quote(command.join(' '))}`, ...runs.slice(0, 4).map((line) => `runs: ${quote(line)}`), ...lastLogLine(seen)],
        sure,
        ...(!sure && { tellsApart: `whether ${script} goes on to its command when it is left alone: \`docker top\`` }),
      }
    },
  },
]

/** A script that still runs shows the command as its own arguments. */
function scriptLine(script: string): RegExp {
  return new RegExp(`^.*${script.replace(/[^\w]/g, '\\$&')}.*$`)
}
