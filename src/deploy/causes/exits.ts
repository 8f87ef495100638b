import { secondsOf } from '../words.ts'
import { type Case, ending, engineWords, finalLines, isOfEnd, lastLogLine } from './case.ts'
import { dropsCommand } from './entrypoint.ts'
import { lastMatch, lineWith, quote, type Rule, write } from './rule.ts'

const ends = (seen: Case) => isOfEnd(seen) || seen.trouble.reason === 'container_unhealthy' || seen.trouble.reason === 'health_timeout'

/** runc's words, a shell's, and those of the engine for a script whose interpreter is not there. */
const missingCommand =
  /exec:? "?([^\s":]+)"?: (?:executable file not found|stat \S+: no such file|not found)|^\S*sh: (?:line )?(?:\d+: )?([^\s:]+): (?:command )?not found\s*$|exec ([^\s:]+): no such file or directory/i

/** Rules for a container that ended: what it printed, its exit code, what the engine says. */
export const exitRules: Rule[] = [
  {
    id: 'wrong-architecture',
    about: 'an image made for another kind of processor',
    find: (seen) => {
      const said = lineWith([engineWords(seen), ...finalLines(seen)].join('\n'), /exec format error|cannot execute binary file/i)
      const { platform } = seen.evidence
      const ofImage = seen.seen?.facts?.platform ?? null
      const other = platform != null && ofImage !== null && ofImage !== platform
      if (!isOfEnd(seen) || (said === '' && !(other && seen.trouble.reason === 'wrong_architecture'))) return null
      const script = said !== '' && platform != null && ofImage === platform
      if (script)
        return {
          clause: `${seen.service} runs a file that this machine cannot execute, although its image is made for ${platform}`,
          fix: `Build that file for ${platform}; if it is a script, write \`#!/bin/sh\` as its very first line and save it with LF line ends.`,
          evidence: [said, `the image is for ${ofImage}, the engine runs ${platform}`],
          sure: false,
          tellsApart: '`file` of what the entrypoint names: a script without its first line, or a program for another processor',
        }
      return {
        clause: `the image of ${seen.service} is made for ${ofImage ?? 'another processor'}, but the engine runs ${platform ?? 'another'}`,
        fix: `Build it for this engine: \`docker buildx build --platform ${platform ?? 'linux/amd64'}\`, or take an image that has ${platform ?? 'this platform'}; a \`platform:\` of another kind under \`services: ${seen.service}:\` must go.`,
        evidence: [...(said === '' ? [] : [said]), ...(ofImage === null ? [] : [`the image is for ${ofImage}`])],
        sure: true,
      }
    },
  },
  {
    id: 'out-of-memory',
    about: 'a container that was killed at its memory limit',
    find: (seen) => {
      const limit = seen.seen?.facts?.memoryLimit ?? 0
      const ended = seen.trouble.reason === 'out_of_memory'
      // The engine marks the container when one process of it was killed, also where its first goes on.
      if (!(ended || (seen.seen?.oomKilled === true && !isOfEnd(seen))) || limit === 0) return null
      const more = Math.ceil((limit * 2) / 1024 ** 2)
      const ours = seen.planned?.taken?.memory === limit
      return {
        clause: `${ended ? '' : `the kernel kills processes in ${seen.service}: `}${seen.service} needs more memory than its limit of ${Math.round(limit / 1024 ** 2)} MiB${ours ? ', which is the most that this Torii gives a container' : ''}`,
        fix: ours
          ? `Make ${seen.service} use less; or the operator gives containers more: a larger TORII_MEMORY_CEILING (a share of the engine’s memory in per cent), then \`torii down\` and \`torii up\`.`
          : `${write(seen.service, '', `mem_limit: ${Math.max(more, 128)}m`)} (where \`deploy: resources: limits: memory:\` sets it, raise it there), or make ${seen.service} use less.`,
        quiet: ended && !ours,
        evidence: [`killed after ${seen.seen?.ran == null ? 'some time' : secondsOf(seen.seen.ran)}`, ...lastLogLine(seen)],
        sure: true,
      }
    },
  },
  {
    id: 'heap-exhausted',
    about: 'a program that ran out of the memory it allows itself',
    find: (seen) => {
      const words = /heap out of memory|java\.lang\.OutOfMemoryError|^MemoryError|Cannot allocate memory|Allowed memory size/i
      const said = lineWith(seen.log, words)
      if (!ends(seen) || said === '') return null
      const sure = isOfEnd(seen) && (endsInHeap(seen) || finalLines(seen).some((line) => words.test(line)))
      return {
        clause: `${seen.service} ran out of memory by its own measure`,
        fix: /heap out of memory/i.test(said)
          ? moreHeap(seen)
          : `Raise the memory limit of ${seen.service} (\`mem_limit:\`) and its own (its runtime’s heap setting), or make it use less.`,
        evidence: [said],
        sure,
        ...(!sure && { tellsApart: `whether ${seen.service} goes on after that line: \`torii logs ${seen.name} ${seen.service}\`` }),
      }
    },
  },
  {
    id: 'command-not-found',
    about: 'a command or entrypoint that the image does not have',
    find: (seen) => {
      const exit = seen.seen?.exitCode
      // 127 is the shell's word for it; else only what stands last: a tool that a script does without is missed on the way.
      const printed = exit === 127 ? ending(seen).split('\n') : finalLines(seen)
      const missing = lastMatch(engineWords(seen).split('\n'), missingCommand) ?? lastMatch(printed, missingCommand)
      const name = missing?.[1] ?? missing?.[2] ?? missing?.[3]
      if (!isOfEnd(seen) || name === undefined || exit === 0) return null
      const crlf = /exec (\S+\.sh|\/\S+): no such file or directory/i.test(missing?.input ?? '')
      return {
        clause: crlf
          ? `${seen.service} is told to run ${name}, and either that file or the interpreter its first line names is not in its image (Windows line endings make it "sh\\r")`
          : `${seen.service} is told to run ${name}, which is not in its image`,
        fix: crlf
          ? `Save ${name} with Unix line endings (LF, not CRLF), begin it with an interpreter that the image has (\`#!/bin/sh\`), and copy it into the image.`
          : `Correct \`command:\` or \`entrypoint:\` under \`services: ${seen.service}:\` (or CMD in its Dockerfile) to a program that is in the image, or install ${name} there.`,
        evidence: [quote(missing?.input ?? ''), ...(exit == null ? [] : [`exit code ${exit}`])],
        sure: true,
      }
    },
  },
  {
    id: 'user-unknown',
    about: 'a user that the image does not have',
    find: (seen) => {
      const said = /unable to find (user|group) (\S+?):? no matching entries/i.exec(engineWords(seen))
      if (!isOfEnd(seen) || said === null) return null
      return {
        clause: `${seen.service} is to run as ${said[2]}, a ${said[1]} that its image does not have`,
        fix: `Remove \`user:\` from \`services: ${seen.service}:\` in the Compose file, or write a number such as \`user: "1000:1000"\`; where the Dockerfile says USER, create it there: \`RUN useradd ${said[2]}\`.`,
        evidence: [quote(said[0])],
        sure: true,
      }
    },
  },
  {
    id: 'no-foreground-process',
    about: 'a container that ends with exit code 0 because nothing of it stays in the foreground',
    find: (seen) => {
      const { seen: container, service, planned } = seen
      if (!['container_exited', 'crash_loop'].includes(seen.trouble.reason) || container?.exitCode !== 0 || dropsCommand(seen)) return null
      const command = [...(container.facts?.entrypoint ?? []), ...(container.facts?.command ?? [])].join(' ')
      const daemon = /(?:^|\s|\/)(nginx|apache2?ctl|httpd|supervisord|redis-server|sshd|cron|gunicorn|service)\b/.exec(command)?.[1]
      const known: Record<string, string> = {
        nginx: `command: ["nginx", "-g", "daemon off;"]`,
        apachectl: 'command: ["apachectl", "-D", "FOREGROUND"]',
        apache2ctl: 'command: ["apache2ctl", "-D", "FOREGROUND"]',
        cron: 'command: ["cron", "-f"]',
        sshd: 'command: ["/usr/sbin/sshd", "-D"]',
        supervisord: 'command: ["supervisord", "-n"]',
      }
      const shell = /^(\/bin\/)?(ba|a|da)?sh$|^python[\d.]*$|^node$/.test(command.trim())
      const line = known[daemon ?? '']
      const job = planned?.hasPort === false && planned.check === null
      return {
        clause: `${service} ended by itself with exit code 0${container.ran == null ? '' : ` after ${secondsOf(container.ran)}`}: nothing of it stays in the foreground`,
        fix: line
          ? `${write(service, '', line)}.`
          : job
            ? `If ${service} is a job that should end: ${write(service, '', 'x-torii: {oneshot: true}')} and no \`restart: always\`. Else let its command stay in the foreground.`
            : `Let the command of ${service} stay in the foreground: without \`&\`, \`--daemon\` or \`-d\`, in a script with \`exec\` before its last program${shell ? '; what runs now is only a shell or an interpreter without a program' : ''}. A job that should end needs \`x-torii: {oneshot: true}\` under \`services: ${service}:\`.`,
        evidence: ['exit code 0', ...(command === '' ? [] : [`it ran: ${quote(command)}`]), ...lastLogLine(seen)],
        sure: true,
      }
    },
  },
]

/** V8 says so, prints its own stack and aborts: 134, 133 or 139, as the processor sees it. Nothing of it goes on. */
function endsInHeap({ seen }: Case): boolean {
  const lines = (seen?.logs ?? '').split('\n')
  const at = lines.findLastIndex((line) => /^FATAL ERROR: .*heap out of memory/i.test(line))
  const behind = lines
    .slice(at + 1)
    .filter((line) => !/^\s*$|^\s*\d+: 0x|Native stack trace|^npm |\bAborted\b|core dumped|Trace\/breakpoint|Segmentation fault/.test(line))
  return (at >= 0 && behind.length === 0) || seen?.exitCode === 134
}

/** MiB for V8's heap. */
const heap = 2048

function moreHeap({ service, seen }: Case): string {
  const { command = [], entrypoint = [], memoryLimit = 0 } = seen?.facts ?? {}
  const own = [...entrypoint, ...command].find((word) => word.includes('--max-old-space-size'))
  const limit =
    memoryLimit > 0 && memoryLimit < (heap + 512) * 1024 ** 2
      ? `, and \`mem_limit: ${heap + 1024}m\` there, as its memory limit is ${Math.round(memoryLimit / 1024 ** 2)} MiB`
      : ''
  const setting =
    own === undefined
      ? write(service, 'environment:', `NODE_OPTIONS: --max-old-space-size=${heap}`)
      : `In the command of ${service}, write \`--max-old-space-size=${heap}\` in place of \`${quote(own, 60)}\``
  return `${setting}${limit}, or let ${service} hold less in memory at once.`
}
