import type { Cause } from '../deploy/failure.ts'
import type { ContainerEvidence, Evidence } from '../deploy/record.ts'
import { oneLine } from '../text/one-line.ts'
import { bytes, duration } from './amounts.ts'
import { containerName } from './container-name.ts'

/** One cause for a person: what, in what it was found, what to write, and what would tell it from others. */
export function causeLines({ id, sentence, fix, evidence, tellsApart }: Cause): string[] {
  return [
    `  ${oneLine(sentence, 600)}  (${oneLine(id)})`,
    ...evidence.map((line) => `    seen: ${oneLine(line, 400)}`),
    `    fix: ${oneLine(fix, 1000)}`,
    ...(tellsApart === null ? [] : [`    told apart by ${oneLine(tellsApart, 400)}`]),
  ]
}

/** What runs in a container, what it listens on, and how its check was set. */
export function insideLines(container: ContainerEvidence): string[] {
  const { sockets, processes, facts, check, checkFrom, state } = container
  if (facts === undefined) return []
  const hasRun = state !== 'created'
  const lines = [
    ...(facts === null
      ? []
      : [
          `${hasRun ? 'runs' : 'never started; it would run'} as ${oneLine(facts.user) || 'root'}: ${oneLine([...facts.entrypoint, ...facts.command].join(' '), 200)}`,
        ]),
    ...(processes ?? []).slice(0, 5).map((line) => `process: ${oneLine(line, 160)}`),
    ...(hasRun ? [socketText(sockets)] : []),
    ...(check
      ? [
          `check runs${from(checkFrom?.test)}: ${oneLine(check.test.slice(1).join(' '), 400)}`,
          `check every ${duration(check.interval)}${from(checkFrom?.interval)}, timeout ${duration(check.timeout)}${from(checkFrom?.timeout)}, ${check.retries} retries${from(checkFrom?.retries)}`,
        ]
      : []),
  ]
  return lines.map((line) => `  ${containerName(container)}: ${line}`)
}

function socketText(sockets: ContainerEvidence['sockets']): string {
  if (!sockets) return 'what it listens on cannot be seen from here'
  return `listens on: ${sockets.map(({ address, port }) => `${oneLine(address)} port ${port}`).join(', ') || 'nothing'}`
}

function from(source: string | undefined): string {
  return source === undefined ? '' : ` (${source})`
}

/** What others said: backends asked directly, the proxy, the machine; and what was not to be had. */
export function aroundLines({ asked = [], routers, host, missing = [] }: Evidence): string[] {
  return [
    ...asked.map(
      ({ url, status, detail, ms }) => `  asked directly, ${oneLine(url)}: ${status === null ? oneLine(detail) : `HTTP ${status}`} after ${duration(ms)}`,
    ),
    ...(routers ?? []).map(({ name, status, errors }) => `  the proxy says of ${oneLine(name)}: ${oneLine([status, ...errors].join(', '), 300)}`),
    ...(host
      ? [
          `  the machine: load ${host.load1.toFixed(1)} on ${host.cpus} processors, ${host.memoryAvailable === null ? 'memory unknown' : `${bytes(host.memoryAvailable)} of memory left`}${host.disk ? `, ${bytes(host.disk.free)} of disk` : ''}`,
        ]
      : []),
    ...missing.map((what) => `  left out: ${oneLine(what, 300)}`),
  ]
}
