import type { Stats } from 'node:fs'
import { oneLine } from '../text/one-line.ts'
import type { Finding } from './doctor.ts'
import { holesOf, type Known } from './known-vulnerable.ts'

interface EngineVersion {
  Version?: string
  Components?: { Name?: string; Version?: string }[]
}

/** `engine`: the body of the engine's /version, null where it does not answer; `traefik`: what runs, null where nothing does. */
export function judgeVersions(engine: string | null, traefik: string | null): Finding[] {
  const { Version = '', Components = [] } = engine === null ? {} : (JSON.parse(engine) as EngineVersion)
  const runc = Components.find(({ Name }) => Name === 'runc')?.Version ?? ''
  const known = [...holesOf('engine', Version), ...holesOf('runc', runc), ...holesOf('Traefik', traefik ?? '')]
  const what = 'known holes'
  if (engine === null && traefik === null) return []
  if (known.length === 0) return [{ what, is: 'ok', found: 'none in these versions that we know of', todo: '' }]
  return known.map((each) => ({ what, is: 'warning' as const, found: said(each), todo: cure(each) }))
}

function said({ of, version, ids, does }: Known): string {
  return `${of} ${oneLine(version, 40)}: ${does} (${ids.join(', ')})`
}

/** Distributions close holes under the old number. */
function cure({ of, version, closedIn, ids }: Known): string {
  const own = /[+~-]/.test(version) ? ` Your distribution may have closed it under this number: \`apt-get changelog\`, and look for ${ids[0]}.` : ''
  return `Update ${of} to ${closedIn} or later.${own}`
}

/** `found`: the socket's facts, or null where it is none that can be looked at. `names`: of its group and its members, where known. */
export function judgeSocket(dockerHost: string, found: Pick<Stats, 'mode' | 'gid'> | null, members: string[] | null): Finding[] {
  const what = 'engine access'
  if (/^(tcp|http):\/\//.test(dockerHost)) return [openOnNetwork(dockerHost)]
  if (found === null) return []
  const path = dockerHost.replace(/^unix:\/\//, '')
  if ((found.mode & 0o006) !== 0)
    return [
      {
        what,
        is: 'missing',
        found: `${oneLine(path)} is open to every user of this machine, and each of them is root there by it`,
        todo: `chmod o= ${oneLine(path)}`,
      },
    ]
  const others = (members ?? []).filter((name) => name !== 'root')
  if ((found.mode & 0o060) === 0 || others.length === 0) return [{ what, is: 'ok', found: `${oneLine(path)}, for its owner and group alone`, todo: '' }]
  const list = others.slice(0, 5).map((name) => oneLine(name, 40))
  return [
    {
      what,
      is: 'warning',
      found: `${oneLine(path)} is open to ${list.join(', ')}${others.length > 5 ? ` and ${others.length - 5} more` : ''}, and each of them is root here by it`,
      todo: 'Take out of the group whoever need not be root: `gpasswd -d USER GROUP`.',
    },
  ]
}

function openOnNetwork(dockerHost: string): Finding {
  const loopback = /^(tcp|http):\/\/(localhost|127\.|\[::1\])/.test(dockerHost)
  const who = loopback ? 'every user and every program of this machine' : 'whoever reaches it'
  return {
    what: 'engine access',
    is: loopback ? 'warning' : 'missing',
    found: `the engine is asked on ${oneLine(dockerHost)} without TLS: ${who} can be root by it`,
    todo: 'Let it listen on its socket alone, and take `-H tcp://…` out of its options.',
  }
}

/** Whether something answers as an engine on its unprotected port, beside the socket. */
export function judgePlainPort(answers: boolean): Finding[] {
  if (!answers) return []
  const found = 'an engine answers on TCP port 2375 without TLS: every user and, through a gateway address, every container may be root by it'
  return [{ what: 'engine access', is: 'missing', found, todo: 'Take `-H tcp://…` out of the engine’s options (`/etc/docker/daemon.json`, its systemd unit).' }]
}

/** `found`: what `metadataIs` says; `commands`: what an operator would do by hand. */
export function judgeMetadata(found: 'blocked' | 'open' | 'unknown', wanted: boolean, commands: string): Finding {
  const what = 'cloud metadata'
  if (found === 'blocked') return { what, is: 'ok', found: 'containers of extensions cannot reach it', todo: '' }
  if (found === 'unknown')
    return {
      what,
      is: wanted ? 'missing' : 'warning',
      found: 'unknown: the rules of the engine’s machine cannot be read',
      todo: `There, as root: \`${commands}\`.`,
    }
  const cure = wanted
    ? `Run Torii as root, or once after each start of the machine as root: \`${commands}\`.`
    : 'Where this machine is in a cloud, set TORII_METADATA=blocked.'
  return { what, is: wanted ? 'missing' : 'ok', found: wanted ? 'containers of extensions can reach it' : 'not blocked', todo: cure }
}
