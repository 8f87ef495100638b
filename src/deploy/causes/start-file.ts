import { finalLines, isOfEnd, listensOn } from './case.ts'
import { passesOn } from './entrypoint.ts'
import { coveredBy, shown } from './mounts.ts'
import { lastMatch, quote, type Rule, write } from './rule.ts'
import { servicesOf } from './stores.ts'
import { listLine } from './variables.ts'

/** What Python 3, dash, busybox, bash, Java, PHP and Ruby say of a file that they are told to run and that is not there. */
const missing =
  /can't open file '([^']+)': \[Errno 2\]|^\S*sh: (?:\d+: )?(?:cannot open |can't open '?)([^\s:']+)|^\S*bash: ([^\s:]+): No such file or directory$|Unable to access jarfile (\S+)|Could not open input file: (\S+)|ruby: No such file or directory -- (\S+)/

/** Rules for a file that a program is told to run, and for one that listens where no port is. */
export const startFileRules: Rule[] = [
  {
    id: 'start-file-missing',
    about: 'a program that is told to run a file which is not in its container',
    find: (seen) => {
      const { service, seen: container } = seen
      const found = lastMatch(finalLines(seen), missing)
      const path = found?.slice(1).find((each) => each !== undefined)
      if (!isOfEnd(seen) || found === null || path === undefined || container?.exitCode === 0) return null
      const over = coveredBy(servicesOf(seen).get(service)?.mounts ?? [], path)
      return {
        clause: `${service} is told to run ${path}, which is not in its container${over === null ? '' : `: ${shown(seen, over)}, mounted at ${over.target}, hides what its image has there`}`,
        fix:
          over === null
            ? `Correct the path in the command of ${service}, or copy ${path} into its image (\`COPY . .\` behind the right WORKDIR in its Dockerfile, and not in .dockerignore).`
            : `In the Compose file, under \`services: ${service}:\`, remove the line that mounts ${shown(seen, over)} at ${over.target}, or mount it at a folder that holds data alone, such as ${over.target}/data.`,
        evidence: [quote(found.input)],
        sure: true,
      }
    },
  },
  {
    id: 'listens-on-unix-socket',
    about: 'a server that listens on a socket file instead of a port',
    find: (seen) => {
      const { service, seen: container, sockets, target, revision } = seen
      const { entrypoint = [], command = [] } = container?.facts ?? {}
      const route = revision.plan?.route
      const port = target?.port ?? (route?.service === service ? route.port : undefined)
      const asked = ['container_unhealthy', 'health_timeout', 'app_refused'].includes(seen.trouble.reason)
      if (!asked || sockets === null || port === undefined || listensOn(sockets, port).length > 0) return null
      const at = command.findIndex((word) => /^(?:--?[\w-]+=)?unix:\/?\/?\S+|^--uds(?:=|$)/.test(word))
      const said = /(?:[Ll]istening (?:at|on):?|running on) (?:http\+)?unix:\S+/.exec(seen.log)?.[0]
      if (at < 0 && said === undefined) return null
      const words = command.map((word, index) => (index === at ? word.replace(/unix:\S+/, `0.0.0.0:${port}`) : word))
      const mended = at >= 0 && words[at] !== command[at] && passesOn(entrypoint)
      return {
        clause: `${service} listens on a socket file (\`${quote(command[at] ?? said ?? '', 80)}\`) and on no port, and asked is port ${port}`,
        fix: mended
          ? `${write(service, '', listLine('command', words))}.`
          : `Let ${service} listen on 0.0.0.0:${port} instead of that socket file, by its command or setting.`,
        evidence: [...(said === undefined ? [] : [`it printed: ${quote(said)}`]), `it ran: ${quote([...entrypoint, ...command].join(' '))}`],
        sure: true,
      }
    },
  },
]
