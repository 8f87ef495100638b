import { secondsOf } from '../words.ts'
import { type Case, ending, isOfEnd, lastLogLine } from './case.ts'
import { lineWith, quote, type Rule, write } from './rule.ts'

const ends = (seen: Case) => isOfEnd(seen) || seen.trouble.reason === 'container_unhealthy' || seen.trouble.reason === 'health_timeout'

/** Rules for a container that ended: what it printed, its exit code, what the engine says. */
export const exitRules: Rule[] = [
  {
    id: 'wrong-architecture',
    about: 'an image made for another kind of processor',
    find: (seen) => {
      const said = lineWith(`${seen.trouble.detail}\n${seen.log}\n${seen.seen?.error ?? ''}`, /exec format error|cannot execute binary file/i)
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
      if (seen.trouble.reason !== 'out_of_memory' || limit === 0) return null
      const more = Math.ceil((limit * 2) / 1024 ** 2)
      return {
        clause: `${seen.service} needs more memory than its limit of ${Math.round(limit / 1024 ** 2)} MiB`,
        fix: `${write(seen.service, '', `mem_limit: ${Math.max(more, 128)}m`)} (where \`deploy: resources: limits: memory:\` sets it, raise it there), or make ${seen.service} use less.`,
        quiet: true,
        evidence: [`killed after ${seen.seen?.ran == null ? 'some time' : secondsOf(seen.seen.ran)}`, ...lastLogLine(seen)],
        sure: true,
      }
    },
  },
  {
    id: 'heap-exhausted',
    about: 'a program that ran out of the memory it allows itself',
    find: (seen) => {
      const said = lineWith(seen.log, /heap out of memory|java\.lang\.OutOfMemoryError|^MemoryError|Cannot allocate memory|Allowed memory size/i)
      if (!ends(seen) || said === '') return null
      return {
        clause: `${seen.service} ran out of memory by its own measure`,
        fix: /heap out of memory/i.test(said)
          ? `${write(seen.service, 'environment:', 'NODE_OPTIONS: --max-old-space-size=2048')}, and a memory limit above that.`
          : `Raise the memory limit of ${seen.service} (\`mem_limit:\`) and its own (its runtime’s heap setting), or make it use less.`,
        evidence: [said],
        sure: true,
      }
    },
  },
  {
    id: 'command-not-found',
    about: 'a command or entrypoint that the image does not have',
    find: (seen) => {
      const words = `${seen.seen?.error ?? ''}\n${seen.trouble.detail}\n${seen.log}`
      const missing =
        /exec:? "?([^\s":]+)"?: (?:executable file not found|stat \S+: no such file|not found)|(?:^|\n)\S*sh: (?:line )?(?:\d+: )?(\S+): (?:command )?not found|exec (\S+): no such file or directory/i.exec(
          words,
        )
      const name = missing?.[1] ?? missing?.[2] ?? missing?.[3]
      const exit = seen.seen?.exitCode
      if (
        !isOfEnd(seen) ||
        name === undefined ||
        !(exit === 127 || exit === 128 || exit === 1 || exit === 255 || seen.trouble.reason === 'start_failed' || seen.trouble.reason === 'crash_loop')
      )
        return null
      const crlf = /exec (\S+\.sh|\/\S+): no such file or directory/i.test(words)
      return {
        clause: crlf
          ? `${seen.service} is told to run ${name}, and either that file or the interpreter its first line names is not in its image (Windows line endings make it "sh\\r")`
          : `${seen.service} is told to run ${name}, which is not in its image`,
        fix: crlf
          ? `Save ${name} with Unix line endings (LF, not CRLF), begin it with an interpreter that the image has (\`#!/bin/sh\`), and copy it into the image.`
          : `Correct \`command:\` or \`entrypoint:\` under \`services: ${seen.service}:\` (or CMD in its Dockerfile) to a program that is in the image, or install ${name} there.`,
        evidence: [lineWith(words, /not found|no such file/i), ...(exit == null ? [] : [`exit code ${exit}`])].filter((line) => line !== ''),
        sure: true,
      }
    },
  },
  {
    id: 'user-unknown',
    about: 'a user that the image does not have',
    find: (seen) => {
      const said = /unable to find (user|group) (\S+?):? no matching entries/i.exec(`${seen.trouble.detail}\n${seen.seen?.error ?? ''}`)
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
    id: 'wrong-user',
    about: 'a container whose user may not do what it tries',
    find: (seen) => {
      const said = lineWith(`${seen.seen?.error ?? ''}\n${seen.trouble.detail}\n${ending(seen)}`, /permission denied|EACCES|Operation not permitted|Errno 13/i)
      if (!isOfEnd(seen) || said === '') return null
      const user = seen.seen?.facts?.user || 'root'
      const port = /(?:bind|listen|port)[^\n]*?(?:0\.0\.0\.0|\[::\]|:|port )(\d{1,4})\b/i.exec(said)?.[1]
      const low = port !== undefined && Number(port) > 0 && Number(port) < 1024
      const path = /['"\s:](\/[\w./-]+)/.exec(said)?.[1]
      const execs = /exec[^\n]*permission denied/i.test(said)
      const fix = low
        ? `Let ${seen.service} listen on a port above 1023 (and write that port under \`expose:\`), or write under \`services: ${seen.service}:\` \`sysctls: {net.ipv4.ip_unprivileged_port_start: "0"}\`.`
        : execs
          ? `In the Dockerfile of ${seen.service}, before its USER, write \`RUN chmod 755 ${path ?? '/the/entrypoint'}\`.`
          : user === 'root' || user === '0'
            ? `Give ${seen.service} what it lacks: its capabilities or a read-only file system (\`read_only:\`, \`cap_drop:\`) forbid it; ${path ?? 'the path named'} needs a volume or \`tmpfs:\`.`
            : `In the Dockerfile of ${seen.service}, before its USER, write \`RUN mkdir -p ${path ?? '/the/path'} && chown -R ${user} ${path ?? '/the/path'}\`; or remove \`user:\` from \`services: ${seen.service}:\`.`
      return {
        clause: `${seen.service} runs as ${user} and may not ${low ? `listen on port ${port}` : execs ? `execute ${path ?? 'its program'}` : `use ${path ?? 'what it needs'}`}`,
        fix,
        evidence: [said, `it runs as ${user}`],
        sure: true,
      }
    },
  },
  {
    id: 'variable-missing',
    about: 'a program that ends because a variable is not set',
    find: (seen) => {
      const pattern =
        /KeyError: '([A-Z][A-Z0-9_]{2,})'|\b([A-Z][A-Z0-9_]{2,}) (?:is not set|must be set|is required|not set|is missing|environment variable|is not defined|not defined|undefined)|(?:environment variable|env var|missing|required)[^\n]{0,30}?['"` :]+([A-Z][A-Z0-9]*_[A-Z0-9_]+)\b|: ([A-Z][A-Z0-9_]{2,}): (?:unbound variable|parameter not set)/
      const found = pattern.exec(ending(seen))
      const name = found?.slice(1).find((each) => each !== undefined)
      if (!isOfEnd(seen) || name === undefined) return null
      return {
        clause: `${seen.service} ends because the variable ${name} is not set`,
        fix: `${write(seen.service, 'environment:', `${name}: the-value`)}, or \`${name}: \${${name}}\` and deploy with \`--env ${name}=the-value\`.`,
        evidence: [lineWith(seen.log, new RegExp(`\\b${name}\\b`)), ...(seen.seen?.exitCode == null ? [] : [`exit code ${seen.seen.exitCode}`])],
        sure: true,
      }
    },
  },
  {
    id: 'no-foreground-process',
    about: 'a container that ends with exit code 0 because nothing of it stays in the foreground',
    find: (seen) => {
      const { seen: container, service, planned } = seen
      if (!['container_exited', 'crash_loop'].includes(seen.trouble.reason) || container?.exitCode !== 0) return null
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
            : `Let the command of ${service} stay in the foreground: without \`&\`, \`--daemon\` or \`-d\`${shell ? '; what runs now is only a shell or an interpreter without a program' : ''}. A job that should end needs \`x-torii: {oneshot: true}\` under \`services: ${service}:\`.`,
        evidence: ['exit code 0', ...(command === '' ? [] : [`it ran: ${quote(command)}`]), ...lastLogLine(seen)],
        sure: true,
      }
    },
  },
]
