import type { Stats } from 'node:fs'
import { compareApi, fastStartApi } from '../engine-api/connect.ts'
import { rangeOf, routesIn } from '../ipv4.ts'
import { oneLine } from '../text/one-line.ts'
import type { ProxyState } from '../traefik/state.ts'
import type { Finding } from './doctor.ts'
import type { OtherProxy } from './doctor-proxies.ts'

const oldestNode = '24.15.0'

export function judgeNode(version: string): Finding {
  const ok = version.localeCompare(oldestNode, 'en', { numeric: true }) >= 0
  return {
    what: 'Node',
    is: ok ? 'ok' : 'missing',
    found: version,
    todo: ok ? '' : `Use ./torii, which brings Node ${oldestNode.split('.')[0]}, or install it.`,
  }
}

/** `answer`: the body of the engine's /version; null: it does not answer. */
export function judgeEngine(answer: string | null, dockerHost: string): Finding {
  const what = 'engine'
  const { Version, ApiVersion } = answer === null ? {} : (JSON.parse(answer) as { Version?: string; ApiVersion?: string })
  if (Version === undefined || ApiVersion === undefined)
    return { what, is: 'missing', found: `does not answer on ${oneLine(dockerHost)}`, todo: 'Run `torii up`, or `sh setup/engine.sh`.' }
  const old = compareApi(ApiVersion, fastStartApi) < 0
  const todo = old ? 'Fast start is off: the first health probe comes only after its whole interval. Docker 25 or later has it.' : ''
  return { what, is: old ? 'warning' : 'ok', found: `${oneLine(Version)}, API ${oneLine(ApiVersion)}`, todo }
}

export function judgeProxy(state: ProxyState | null): Finding {
  const what = 'Traefik'
  if (state === null) return { what, is: 'warning', found: 'not running', todo: '`torii up` starts it.' }
  if (state.trouble !== '')
    return {
      what,
      is: 'missing',
      found: oneLine(state.trouble),
      todo: state.trouble.includes('other settings') ? '`torii down`, then `torii up`.' : '`torii up` makes it again.',
    }
  return { what, is: 'ok', found: `${oneLine(state.version ?? '')}, ${state.ports.length} ports`, todo: '' }
}

/** Two ports have no substitute; of the others there are many. */
export function judgePorts(busy: number[], needed: number[], others: OtherProxy[]): Finding {
  const what = 'ports'
  if (busy.length === 0) return { what, is: 'ok', found: 'all free or ours', todo: '' }
  const holders = others.filter(({ ports }) => ports.some((port) => busy.includes(port)))
  const strange = busy.filter((port) => !holders.some(({ ports }) => ports.includes(port)))
  const listed = `busy: ${busy.slice(0, 10).join(', ')}${busy.length > 10 ? ` and ${busy.length - 10} more` : ''}`
  const isNeeded = (port: number) => needed.includes(port)
  return {
    what,
    is: busy.some(isNeeded) ? 'missing' : 'warning',
    found: [listed, ...holders.map(({ name }) => `held by ${name}, the proxy of another Torii`)].join('; '),
    todo: [...holders.map(endingOf), ...strangersTodo(strange, isNeeded)].join(' '),
  }
}

function endingOf({ name, home, isHomeThere }: OtherProxy): string {
  if (isHomeThere) return `If nobody needs it, \`TORII_HOME=${home} torii down\` ends it; else set ports of your own.`
  return `\`docker rm -f ${name}\`: its state folder ${home} is gone.`
}

function strangersTodo(strange: number[], isNeeded: (port: number) => boolean): string[] {
  if (strange.length === 0) return []
  return [strange.some(isNeeded) ? 'Free them, or set TORII_HTTPS_PORT and TORII_PROXY_API_PORT.' : 'They are left out; TORII_PORTS names another range.']
}

/** `routes`: /proc/net/route. Networks of ours lie inside the pool; only what reaches beyond it or takes all of it is a stranger's. */
export function judgePool(pool: string, routes: string): Finding {
  const what = 'subnet pool'
  const clash = routesIn(routes).find(({ cidr }) => !cidr.endsWith('/0') && covers(cidr, pool))
  if (!clash) return { what, is: 'ok', found: pool, todo: '' }
  const found = `${pool} is routed to ${oneLine(clash.device, 20)} already`
  return { what, is: 'missing', found, todo: 'Set TORII_SUBNET_POOL to a range this host does not use.' }
}

function covers(one: string, other: string): boolean {
  const [wide, narrow] = [rangeOf(one), rangeOf(other)]
  return wide !== null && narrow !== null && wide.first <= narrow.first && wide.end >= narrow.end
}

/** `found`: the folder's facts, or why there are none. */
export function judgeHome(folder: string, found: Pick<Stats, 'mode' | 'uid'> | string, uid: number): Finding {
  const what = 'state folder'
  if (found === 'ENOENT') return { what, is: 'ok', found: `${folder} (not made yet)`, todo: '' }
  if (typeof found === 'string') return { what, is: 'missing', found: `${folder}: ${found}`, todo: 'Call torii as its owner, or set TORII_HOME.' }
  if (uid !== 0 && found.uid !== uid)
    return { what, is: 'missing', found: `${folder} belongs to user ${found.uid}`, todo: 'Call torii as that user, or set TORII_HOME.' }
  const mode = found.mode & 0o777
  if ((mode & 0o077) !== 0)
    return { what, is: 'missing', found: `${folder} has mode ${mode.toString(8)}: others can read the token`, todo: `chmod 700 ${folder}` }
  return { what, is: 'ok', found: folder, todo: '' }
}
