import type { ContainerFacts, Socket } from '../../src/deploy/evidence-parts.ts'
import type { Container } from '../../src/deploy/ports.ts'
import type { RevisionRef } from '../../src/deploy/record.ts'
import { namedSecrets } from '../../src/text/secret-variables.ts'
import type { FakeClock } from './clock.ts'

type Health = 'starting' | 'healthy' | 'unhealthy'

/** What a service does, in ms since each of its starts. */
export interface FakeService {
  /** Absent: no HEALTHCHECK. */
  health?: [at: number, status: Health][]
  /** One probe each; without them every change of health has one of its own. */
  probes?: [at: number, exit: number, output: string][]
  /** How each run ends, the first first; when they are used up it stays up. */
  exits?: [at: number, code: number][]
  /** What its address answers from outside, in ms since its last start: from then on. Absent: nothing listens. `body`: of a GET. */
  answers?: [at: number, exit: number, output: string, body?: string][]
  /** How every run ends. */
  crashes?: [at: number, code: number]
  oomKilled?: boolean
  /** The engine's words when the start fails. */
  startFails?: string
  startTakes?: number
  logs?: string[]
  memoryLimit?: number
  command?: string[]
  facts?: Partial<ContainerFacts>
  /** What listens in it while it runs; null: it cannot be seen. */
  sockets?: Socket[] | null
  processes?: string[]
  secrets?: Record<string, string>
}

export function aService(script: FakeService = {}): FakeService {
  return script
}

export interface FakeContainer {
  readonly id: string
  readonly ref: RevisionRef
  restart: string
  look(): Container
  start(): Promise<void>
  stop(): void
  pause(): void
  gone(): void
  readonly script: FakeService
}

interface Born {
  id: string
  ref: RevisionRef
  service: string
  replica: number
  restart: string
  address: string
  script: FakeService
  clock: FakeClock
  tell: (action: string) => void
}

/** One container: Docker 26's states, back-off of restarts (100 ms, doubling, at most a minute, back to 100 ms after 10 s up), health and events. */
export function createFakeContainer({ id, ref, service, replica, restart, address, script, clock, tell }: Born): FakeContainer {
  const seen: Container = {
    ...{ id, service, replica, state: 'created', exitCode: null, error: '', oomKilled: false, startedAt: null, finishedAt: null, restartCount: 0 },
    ...{ health: script.health ? { status: 'starting', failingStreak: 0, log: [] } : null, addresses: [], memoryLimit: script.memoryLimit ?? 0 },
    ...{ pid: 0, command: script.command ?? [], binds: [], secrets: namedSecrets(script.secrets ?? {}) },
  }
  const alarms: (() => void)[] = []
  const self = { restart, backOff: 100, runs: 0 }
  const later = (ms: number, ring: () => void) => alarms.push(clock.alarm(ms, ring))
  const silence = () => {
    for (const cancel of alarms.splice(0)) cancel()
  }

  const run = () => {
    silence()
    Object.assign(seen, { state: 'running', exitCode: null, error: '', oomKilled: false, startedAt: clock.now(), finishedAt: null, addresses: [address] })
    if (script.health) seen.health = { status: 'starting', failingStreak: 0, log: [] }
    const end = script.crashes ?? script.exits?.[self.runs]
    self.runs += 1
    for (const [at, exit, output] of probesOf(script)) later(at, () => probe(exit, output))
    for (const [at, status] of script.health ?? []) later(at, () => turn(status))
    if (end) later(end[0], () => exit(end[1]))
    tell('start')
  }

  const probe = (exit: number, output: string) => {
    if (!seen.health) return
    const attempt = { at: new Date(clock.now()).toISOString(), ms: 1, exit, output }
    const { status, failingStreak, log } = seen.health
    seen.health = { status, failingStreak: exit === 0 ? 0 : failingStreak + 1, log: [...log, attempt].slice(-5) }
    tell('exec_die')
  }

  const turn = (status: Health) => {
    if (!seen.health || seen.health.status === status) return
    seen.health = { ...seen.health, status }
    tell('health_status')
  }

  const exit = (code: number) => {
    silence()
    const upFor = clock.now() - (seen.startedAt ?? clock.now())
    Object.assign(seen, { state: 'exited', exitCode: code, oomKilled: script.oomKilled ?? false, finishedAt: clock.now(), addresses: [] })
    if (seen.health) seen.health = { ...seen.health, status: 'unhealthy', failingStreak: 0 }
    if (comesBack(self.restart, code, seen.restartCount)) again(upFor)
    tell('die')
  }

  const again = (upFor: number) => {
    seen.state = 'restarting'
    self.backOff = upFor >= 10_000 ? 100 : self.backOff
    later(self.backOff, () => {
      seen.restartCount += 1
      run()
    })
    self.backOff = Math.min(self.backOff * 2, 60_000)
  }

  return {
    id,
    ref,
    script,
    get restart() {
      return self.restart
    },
    set restart(policy) {
      self.restart = policy
    },
    look: () => structuredClone(seen),
    start: async () => {
      if (seen.state === 'running') return
      await clock.sleep(script.startTakes ?? 0)
      if (script.startFails === undefined) return run()
      Object.assign(seen, { error: script.startFails, exitCode: 127 })
      throw new Error(script.startFails)
    },
    stop: () => {
      const running = ['running', 'paused', 'restarting'].includes(seen.state)
      silence()
      if (!running) return
      Object.assign(seen, { state: 'exited', exitCode: 143, finishedAt: clock.now(), addresses: [] })
      tell('die')
      tell('stop')
    },
    pause: () => {
      silence()
      Object.assign(seen, { state: 'paused', health: seen.health && { ...seen.health, status: 'unhealthy' } })
      tell('pause')
    },
    gone: () => {
      silence()
      tell('destroy')
    },
  }
}

function probesOf({ probes, health = [] }: FakeService): [number, number, string][] {
  return probes ?? health.filter(([, status]) => status !== 'starting').map(([at, status]) => [at, status === 'healthy' ? 0 : 1, status])
}

function comesBack(policy: string, code: number, restarts: number): boolean {
  const [name, most = '0'] = policy.split(':')
  if (name === 'always' || name === 'unless-stopped') return true
  return name === 'on-failure' && code !== 0 && (Number(most) === 0 || restarts < Number(most))
}
