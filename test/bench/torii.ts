import { createApi } from '../../src/cli/api.ts'
import { createClient } from '../../src/cli/client.ts'
import { localEndpoint } from '../../src/cli/endpoint.ts'
import { followEvents } from '../../src/cli/follow-events.ts'
import { realClock } from '../../src/clock.ts'
import type { Config } from '../../src/config.ts'
import type { StoredEvent } from '../../src/deploy/record.ts'
import { isSettled } from '../../src/deploy/transitions.ts'
import type { ContainerView } from '../../src/deploy/view.ts'
import type { Contender } from './contender.ts'

export interface ToriiContender extends Contender {
  /** ms from Docker's healthy (the end of the check that passed) to the gate's passing, of each container so far. */
  lags: number[]
  /** ms from Docker's verdict (the end of the check that decided it) to FAILED in the record, evidence and all. */
  failingLags: number[]
  /** ms of each phase, by case. */
  phases: Map<string, Record<string, number>[]>
}

/** A warm server, asked over its API: from the call to DEPLOYED (with route and verified HTTPS probe) or to FAILED with its evidence. */
export function toriiContender(config: Config): ToriiContender {
  const api = createApi(createClient(localEndpoint(config)))
  const lags: number[] = []
  const failingLags: number[] = []
  const phases: ToriiContender['phases'] = new Map()
  return {
    name: 'torii',
    lags,
    failingLags,
    phases,
    run: async ({ folder, name, of }) => {
      const begun = realClock.now()
      const submitted = await api.submit({ path: folder, name })
      const accepted = realClock.now()
      const events: StoredEvent[] = []
      const state = await settled(api, submitted.deployment.id ?? '', events)
      if ((state === 'DEPLOYED') === of.fails) throw new Error(`${name} is ${state}: ${JSON.stringify(events.at(-1)?.event)}`)
      const { containers, failure } = await api.revision(name, 1)
      lags.push(...lagsOf(containers, events))
      failingLags.push(...failingLagsOf(containers, failure?.service ?? '', events))
      phases.set(of.name, [...(phases.get(of.name) ?? []), { admit: accepted - begun, ...phasesOf(events, begun) }])
    },
    clean: async ({ name }) => void (await api.remove(name, true)),
  }
}

async function settled(api: ReturnType<typeof createApi>, deployment: string, events: StoredEvent[]): Promise<string> {
  const signal = AbortSignal.timeout(120_000)
  for await (const event of followEvents(api, { deployment, revision: 1, after: 0 }, { clock: realClock, signal, gone: () => {} })) {
    events.push(event)
    if (event.event.type === 'state' && isSettled(event.event.state)) return event.event.state
  }
  return 'nothing'
}

function lagsOf(containers: ContainerView[], events: StoredEvent[]): number[] {
  return containers.flatMap(({ service, attempts }) => {
    const passed = events.find(({ event }) => event.type === 'verdict' && event.service === service && event.now === 'passed')
    const good = attempts.find(({ exit }) => exit === 0)
    return passed && good ? [Date.parse(passed.at) - Date.parse(good.at) - good.ms] : []
  })
}

function failingLagsOf(containers: ContainerView[], service: string, events: StoredEvent[]): number[] {
  const failed = events.find(({ event }) => event.type === 'state' && event.state === 'FAILED')
  const last = containers.find((each) => each.service === service)?.attempts.at(-1)
  return failed && last ? [Date.parse(failed.at) - Date.parse(last.at) - last.ms] : []
}

/** When each thing was done, ms after the call. */
function phasesOf(events: StoredEvent[], begun: number): Record<string, number> {
  const at = (found: (event: StoredEvent['event']) => boolean) => {
    const event = events.findLast((each) => found(each.event))
    return event ? [Date.parse(event.at) - begun] : []
  }
  const entries = {
    requested: at((event) => event.type === 'state' && event.state === 'REQUESTED'),
    created: at((event) => event.type === 'container' && event.step === 'created'),
    started: at((event) => event.type === 'container' && event.step === 'started'),
    healthy: at((event) => event.type === 'verdict' && event.now === 'passed'),
    candidate: at((event) => event.type === 'route' && event.step === 'candidate'),
    open: at((event) => event.type === 'route' && event.step === 'open'),
    settled: at((event) => event.type === 'state' && isSettled(event.state)),
  }
  return Object.fromEntries(Object.entries(entries).flatMap(([name, [ms]]) => (ms === undefined ? [] : [[name, ms]])))
}
