import type { Container } from '../deploy/ports.ts'
import type { CheckAttempt } from '../deploy/record.ts'
import { secretVariables } from '../text/secret-variables.ts'
import { joinSecrets } from '../text/secrets.ts'
import { labels } from './labels.ts'
import { secretFilesOf } from './secret-files.ts'

/** What we read of the engine's inspect answer (API 1.41 and later). */
export interface Inspected {
  Id: string
  RestartCount?: number
  State: {
    Status: string
    ExitCode?: number
    Error?: string
    OOMKilled?: boolean
    StartedAt?: string
    FinishedAt?: string
    Pid?: number
    Health?: { Status?: string; FailingStreak?: number; Log?: ProbeLog[] | null } | null
  }
  Path?: string
  Args?: string[] | null
  Image?: string
  Config: {
    User?: string
    Env?: string[] | null
    Entrypoint?: string[] | null
    Cmd?: string[] | null
    WorkingDir?: string
    Labels?: Record<string, string> | null
    Tty?: boolean
    StopTimeout?: number | null
    Healthcheck?: { Test?: string[] | null } | null
  }
  HostConfig?: { Memory?: number; ReadonlyRootfs?: boolean; NetworkMode?: string; RestartPolicy?: { Name?: string; MaximumRetryCount?: number } }
  Mounts?: { Type?: string; Source?: string; Destination?: string; RW?: boolean }[] | null
  NetworkSettings?: { Networks?: Record<string, { IPAddress?: string } | null> | null }
}

export interface ProbeLog {
  Start: string
  End: string
  ExitCode: number
  Output: string
}

export function containerOf(inspected: Inspected): Container {
  const { State: state, Config: config } = inspected
  const given = config.Labels ?? {}
  return {
    id: inspected.Id,
    service: given[labels.service] ?? '',
    replica: Number(given[labels.replica] ?? 1),
    state: state.Status as Container['state'],
    exitCode: exitCodeOf(state),
    error: state.Error ?? '',
    oomKilled: state.OOMKilled ?? false,
    startedAt: momentOf(state.StartedAt),
    finishedAt: finishedAtOf(state),
    restartCount: inspected.RestartCount ?? 0,
    health: healthOf(inspected),
    addresses: addressesOf(inspected),
    memoryLimit: inspected.HostConfig?.Memory ?? 0,
    pid: state.Pid ?? 0,
    command: [inspected.Path ?? '', ...(inspected.Args ?? [])],
    binds: (inspected.Mounts ?? []).flatMap(({ Type, Source, RW }) => (Type === 'bind' && Source ? [{ source: Source, writable: RW !== false }] : [])),
    secrets: joinSecrets(secretVariables(variablesOf(config)), secretFilesOf(inspected.Mounts ?? [])),
  }
}

export function variablesOf({ Env }: Pick<Inspected['Config'], 'Env'>): Record<string, string> {
  const pairs = (Env ?? []).map((each) => [each.slice(0, Math.max(0, each.indexOf('='))), each.slice(each.indexOf('=') + 1)])
  return Object.fromEntries(pairs)
}

// A running container answers ExitCode 0, one that was never started too; a failed start stays `created` with 127 or 128 (Docker 26.1.5).
function exitCodeOf({ Status, ExitCode, Error: cause }: Inspected['State']): number | null {
  const ended = ['exited', 'dead', 'restarting'].includes(Status) || (Status === 'created' && (cause ?? '') !== '')
  return ended ? (ExitCode ?? null) : null
}

// Until the first start the engine shows no health object, although there is a check (Docker 26.1.5).
function healthOf({ State: { Health: health }, Config: { Healthcheck: check } }: Inspected): Container['health'] {
  const test = check?.Test?.[0]
  if (!health?.Status || health.Status === 'none') return test === undefined || test === 'NONE' ? null : { status: 'starting', failingStreak: 0, log: [] }
  return { status: health.Status as 'starting', failingStreak: health.FailingStreak ?? 0, log: (health.Log ?? []).map(attemptOf) }
}

export function attemptOf(entry: ProbeLog): CheckAttempt {
  const start = Date.parse(entry.Start)
  return { at: new Date(start).toISOString(), ms: Math.max(0, Date.parse(entry.End) - start), exit: entry.ExitCode, output: entry.Output }
}

function addressesOf({ NetworkSettings, Config }: Inspected): string[] {
  const main = `${Config.Labels?.[labels.project] ?? ''}_default`
  const networks = Object.entries(NetworkSettings?.Networks ?? {}).sort(([a], [b]) => Number(b === main) - Number(a === main) || (a < b ? -1 : 1))
  return networks.map(([, network]) => network?.IPAddress ?? '').filter((address) => address !== '')
}

// One that ends at once may end before the engine has written down that it started, a millisecond apart (Docker 26.1.5, under load).
function finishedAtOf({ Status, StartedAt, FinishedAt }: Inspected['State']): number | null {
  const finished = momentOf(FinishedAt)
  const hasEnded = ['exited', 'dead', 'restarting'].includes(Status)
  return hasEnded && finished !== null ? Math.max(finished, momentOf(StartedAt) ?? finished) : finished
}

/** The engine writes year 1 for "never". */
function momentOf(stamp: string | undefined): number | null {
  const at = Date.parse(stamp ?? '')
  return Number.isNaN(at) || at <= 0 ? null : at
}
