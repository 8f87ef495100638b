import { type Case, finalLines, isOfEnd, listensOn } from './case.ts'
import { passesOn } from './entrypoint.ts'
import { lastMatch, quote, type Rule, write } from './rule.ts'
import { listLine } from './variables.ts'

/** What Python 3, dash, busybox, bash, Java, PHP and Ruby say of a file that they are told to run and that is not there. */
const missing =
  /can't open file '([^']+)': \[Errno 2\]|^\S*sh: (?:\d+: )?(?:cannot open |can't open '?)([^\s:']+)|^\S*bash: ([^\s:]+): No such file or directory$|Unable to access jarfile (\S+)|Could not open input file: (\S+)|ruby: No such file or directory -- (\S+)/

/** A folder that is mounted over one of the image, as the model has it: `target: "/app"`, or a `tmpfs:`. */
function mountedOver({ revision, service }: Case, path: string): string | null {
  const lines = (revision.model ?? '').split('\n')
  const from = lines.findIndex((line) => new RegExp(`^ {2}"?${service.replace(/\W/g, '\\$&')}"?:`).test(line))
  const after = from < 0 ? [] : lines.slice(from + 1)
  const end = after.findIndex((line) => /^ {0,2}\S/.test(line))
  const part = after.slice(0, end < 0 ? undefined : end)
  const targets = part.flatMap((line) => /"?target"?: "?(\/[\w./-]+)"?/.exec(line)?.[1] ?? /^ {6}- "?(\/[\w./-]+)"?\s*$/.exec(line)?.[1] ?? [])
  return targets.find((target) => path.startsWith(`${target.replace(/\/$/, '')}/`)) ?? null
}

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
      const over = mountedOver(seen, path)
      return {
        clause: `${service} is told to run ${path}, which is not in its container${over === null ? '' : `: ${over} is mounted over what its image has there`}`,
        fix:
          over === null
            ? `Correct the path in the command of ${service}, or copy ${path} into its image (\`COPY . .\` behind the right WORKDIR in its Dockerfile, and not in .dockerignore).`
            : `Remove the volume or \`tmpfs:\` at ${over} from \`services: ${service}:\`, or mount it at a folder that holds data alone, such as ${over}/data.`,
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
