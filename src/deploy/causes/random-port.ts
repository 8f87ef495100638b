import { isOfRoute } from '../of-route.ts'
import { type Case, isOfCheck, listensOn, socketLines, stillStarts } from './case.ts'
import { refusedTarget } from './check-heard.ts'
import { isSidePort } from './check-listen.ts'
import { type Rule, write } from './rule.ts'

/** Where Linux chooses from when a program asks for any port: net.ipv4.ip_local_port_range. */
const chosen = { from: 32_768, to: 60_999 }

/** The port that others ask, and that it does not listen on. */
function wantedPort(seen: Case): number | null {
  if (isOfCheck(seen)) return refusedTarget(seen)?.port ?? null
  const { route } = seen.revision.plan ?? {}
  return isOfRoute(seen.trouble) && seen.trouble.reason === 'app_refused' && route?.service === seen.service ? route.port : null
}

/** The variable that ought to name its port, and how it is now. */
function portVariable({ seen }: Case): { name: string; is: string } {
  const { variables, empty = [], settings = {} } = seen?.facts ?? {}
  const unfit = [...empty.map((name) => [name, ''] as const), ...Object.entries(settings)].find(
    ([name, value]) => /(?:^|_)PORT$/.test(name) && /^0?$/.test(value),
  )
  if (unfit !== undefined) return { name: unfit[0], is: unfit[1] === '' ? 'empty' : 'set to 0' }
  return { name: 'PORT', is: variables === undefined || variables.includes('PORT') ? '' : 'not set' }
}

function isWritten({ seen, revision, service }: Case, port: number): boolean {
  const { command = [], entrypoint = [], settings = {} } = seen?.facts ?? {}
  return (
    new RegExp(`\\b${port}\\b`).test([...command, ...entrypoint, ...Object.values(settings)].join(' ')) || revision.plan?.route?.port === port || service === ''
  )
}

/** Rules for an app that was told no port and listens where the kernel put it. */
export const randomPortRules: Rule[] = [
  {
    id: 'listens-on-random-port',
    about: 'an app that was told no port, so that it listens on another one after every start',
    find: (seen) => {
      const wanted = wantedPort(seen)
      const own = (seen.sockets ?? []).filter(({ port }) => !isSidePort(port))
      const [first] = own
      const isOne = first !== undefined && own.every(({ port }) => port === first.port)
      if (wanted === null || !isOne || listensOn(seen.sockets, wanted).length > 0 || first.port < chosen.from || first.port > chosen.to) return null
      if (isWritten(seen, first.port)) return null
      const { name, is } = portVariable(seen)
      const sure = is !== '' && !stillStarts(seen)
      return {
        clause: `${seen.service} listens on port ${first.port}, which the kernel chose for it, as it was told none${is === '' ? '' : ` (${name} is ${is})`}; asked is port ${wanted}`,
        fix: `${write(seen.service, 'environment:', `${name}: "${wanted}"`)}, or let ${seen.service} listen on port ${wanted} by its own setting.`,
        evidence: [...socketLines(seen), ...(is === '' ? [] : [`${name} is ${is}`])],
        sure,
        ...(!sure && { tellsApart: `whether ${seen.service} listens on another port after its next start` }),
      }
    },
  },
]
