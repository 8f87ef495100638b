import { ending, finalLines, isOfEnd } from './case.ts'
import { lineWith, type Rule, write } from './rule.ts'

/** What Python, Java, Go, Node.js, glibc and shells say where the kernel gives no process or thread more (EAGAIN, fork(2), pthread_create(3)). */
const refusedMore =
  /can't start new thread|unable to create (?:new )?native thread|pthread_create(?: failed|: Resource)|failed to create new OS thread|fork: (?:retry: )?Resource temporarily unavailable|(?:fork|clone|thread|spawn|BlockingIOError)[^\n]{0,80}(?:EAGAIN|Resource temporarily unavailable)/i

export const manyProcessesRules: Rule[] = [
  {
    id: 'too-many-processes',
    about: 'a container that has as many processes and threads as it may',
    find: (seen) => {
      const { service, planned } = seen
      const said = lineWith(ending(seen), refusedMore)
      if (said === '') return null
      const ours = planned?.taken?.processes
      // A plan of before ceilings were kept says nothing of whose limit it is.
      const sure = planned?.taken !== undefined && isOfEnd(seen) && finalLines(seen).some((line) => refusedMore.test(line))
      return {
        clause: `${service} has as many processes and threads as it may${ours === undefined ? ' by its `pids_limit:`' : `: ${ours}, the most that this Torii gives a container`}`,
        fix:
          ours === undefined
            ? `Raise the number at \`pids_limit:\` under \`services: ${service}:\` (or \`deploy: resources: limits: pids:\`), or let ${service} start fewer.`
            : `Let ${service} start fewer; or, where it needs them, ${write(service, '', 'pids_limit: 8192').replace(/^In/, 'in')}.`,
        evidence: [said],
        sure,
        ...(!sure && { tellsApart: `whether \`docker stats\` shows as many PIDS as the limit of ${service}` }),
      }
    },
  },
]
