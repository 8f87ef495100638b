import { baseName } from '../command/programs.ts'
import type { Socket } from '../evidence-parts.ts'
import type { ContainerEvidence } from '../record.ts'
import { type Case, ending, finalLines, isLoopback, isOfCheck, isOfEnd, isRefused, listensOn } from './case.ts'
import { asksItself } from './check-target.ts'
import { hostIn } from './exit-hosts.ts'
import { quote, type Rule, write } from './rule.ts'
import { answeredBadly, whetherItGoesOn } from './said.ts'
import { listLine } from './variables.ts'

/** Whom a line says that it could not reach: a service of the extension by its name or address, and the port. */
function refusedBy(line: string, seen: Case): { other: ContainerEvidence; port: number } | null {
  const port = Number(/,? port[ =:]{1,2}(\d{2,5})\b/.exec(line)?.[1] ?? /:(\d{2,5})\b(?!:)/.exec(line)?.[1] ?? 0)
  const all = seen.evidence.containers.filter(({ service }) => service !== seen.service)
  const byAddress = all.find(({ addresses = [] }) => addresses.some((each) => new RegExp(`(?<![\\d.])${each.replaceAll('.', '\\.')}(?![\\d.])`).test(line)))
  const name = hostIn(line, seen)
  const other = byAddress ?? all.find(({ service }) => service === name)
  return port === 0 || other === undefined ? null : { other, port }
}

function said(seen: Case): { line: string; sure: boolean }[] {
  const ofItself = seen.target !== null && asksItself(seen.target, seen.service)
  const proofs = isOfEnd(seen) ? finalLines(seen) : [...answeredBadly(seen), ...(ofItself ? [] : seen.said.split('\n'))]
  return [
    ...proofs.map((line) => ({ line, sure: true })),
    ...ending(seen)
      .split('\n')
      .map((line) => ({ line, sure: false })),
  ]
}

/** How well-known servers are told to listen for others: PostgreSQL 17, MySQL 8, MariaDB 11, Redis 8, MongoDB 8. */
const options: readonly [program: RegExp, more: string[]][] = [
  [/^postgres$/, ['-c', 'listen_addresses=*']],
  [/^(?:mysqld|mariadbd)$/, ['--bind-address=0.0.0.0']],
  [/^(?:redis|valkey)-server$/, ['--bind', '0.0.0.0', '--protected-mode', 'no']],
  [/^mongod$/, ['--bind_ip_all']],
]
function listening({ service, facts, processes }: ContainerEvidence): string {
  const command = facts?.command ?? []
  const own = options.find(([program]) => program.test(baseName(command[0] ?? '')))
  if (own !== undefined) return write(service, '', listLine('command', [...command, ...own[1]]))
  const runs = (processes ?? []).map((line) => baseName(line.trim().split(/[\s:]/, 1)[0] ?? ''))
  const known = options.find(([program]) => runs.some((name) => program.test(name)))
  const starts = [...(facts?.entrypoint ?? []), ...command].join(' ')
  if (known === undefined) return `Let ${service} listen on 0.0.0.0 in place of 127.0.0.1 (its host or bind setting)`
  const program = runs.find((name) => known[0].test(name))
  const words = known[1].map((word) => (word.includes('*') ? word.replace('*', "'*'") : word)).join(' ')
  return `Let ${service} listen for others: in what starts it${starts === '' ? '' : ` (\`${quote(starts, 60)}\`)`}, write \`${program} ${words}\` in place of \`${program}\`, and build again`
}

const placeOf = ({ address, port }: Socket) => (address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`)

export const otherLoopbackRules: Rule[] = [
  {
    id: 'other-listens-on-loopback',
    about: 'a program that is refused by another service, which listens on 127.0.0.1 of its own container only',
    find: (seen) => {
      if (!isOfEnd(seen) && !isOfCheck(seen)) return null
      for (const { line, sure } of said(seen)) {
        const found = isRefused(line) ? refusedBy(line, seen) : null
        const sockets = found === null ? [] : listensOn(found.other.sockets ?? null, found.port)
        if (found === null || sockets.length === 0 || !sockets.every(isLoopback)) continue
        const { other, port } = found
        return {
          clause: `${other.service} listens on ${[...new Set(sockets.map(({ address }) => address))].join(' and ')} only with port ${port}, where ${seen.service} cannot reach it`,
          fix: `${listening(other)}.`,
          evidence: [quote(line), `${other.service} listens on ${sockets.slice(0, 4).map(placeOf).join(', ')}`],
          sure,
          deeper: true,
          ...(!sure && whetherItGoesOn(seen)),
        }
      }
      return null
    },
  },
]
