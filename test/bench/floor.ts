import { parse } from 'yaml'
import { createAsk } from '../../src/engine-api/ask.ts'
import { linesOf } from '../../src/engine-api/lines.ts'
import type { Contender, Round } from './contender.ts'

interface Check {
  test: string[]
  interval: string
  timeout: string
  retries: number
  start_period?: string
  start_interval?: string
}

interface Service {
  image: string
  command: string[]
  healthcheck: Check
  depends_on?: Record<string, unknown>
}

type Ask = ReturnType<typeof createAsk>

const nanoseconds = (text = '0s') => Number.parseFloat(text) * (text.endsWith('ms') ? 1e6 : 1e9)

/**
 * The engine's own API and nothing else: a network, containers created and started in parallel, health by events. No Compose file is
 * resolved, nothing is checked, written down or routed: whatever does more needs more.
 */
export function floorContender(dockerHost: string): Contender {
  const ask = createAsk({ dockerHost })
  return {
    name: 'floor',
    run: (round) => runFloor(ask, round),
    clean: async ({ name }) => {
      const filters = JSON.stringify({ label: [`bench=${name}`] })
      const containers = await ask<{ Id: string }[]>({ path: '/containers/json', query: { all: 1, filters } })
      await Promise.all(containers.map(({ Id }) => ask({ method: 'DELETE', path: `/containers/${Id}`, query: { force: 1, v: 1 }, within: 60_000 })))
      await ask({ method: 'DELETE', path: `/networks/${name}` })
    },
  }
}

async function runFloor(ask: Ask, { name, of, readyAfter }: Round): Promise<void> {
  const { services } = parse(of.compose(readyAfter)) as { services: Record<string, Service> }
  const over = new AbortController()
  const filters = JSON.stringify({ type: ['container'], event: ['health_status'], label: [`bench=${name}`] })
  const events = await ask.stream({ path: '/events', query: { filters }, signal: over.signal })
  await ask({ method: 'POST', path: '/networks/create', body: { Name: name } })
  const ids = new Map(await Promise.all(Object.entries(services).map(([service, spec]) => create(ask, name, service, spec))))
  const start = (service: string) => ask({ method: 'POST', path: `/containers/${ids.get(service)}/start`, within: 60_000 })
  const free = Object.entries(services).filter(([, { depends_on }]) => depends_on === undefined)
  await Promise.all(free.map(([service]) => start(service)))
  await allHealthy(events, { ids, services, fails: of.fails, start })
  over.abort()
}

async function create(ask: Ask, network: string, service: string, spec: Service): Promise<[string, string]> {
  const { test, interval, timeout, retries, start_period, start_interval } = spec.healthcheck
  const Healthcheck = {
    Test: test,
    Interval: nanoseconds(interval),
    Timeout: nanoseconds(timeout),
    Retries: retries,
    StartPeriod: nanoseconds(start_period),
    StartInterval: nanoseconds(start_interval),
  }
  const body = { Image: spec.image, Cmd: spec.command, Healthcheck, Labels: { bench: network, service }, HostConfig: { NetworkMode: network } }
  const { Id } = await ask<{ Id: string }>({ method: 'POST', path: '/containers/create', query: { name: `${network}-${service}` }, body })
  return [service, Id]
}

interface Going {
  ids: Map<string, string>
  services: Record<string, Service>
  fails: boolean
  start(service: string): Promise<unknown>
}

/** Until all are healthy, or, where that is what is measured, until one is unhealthy. */
async function allHealthy(events: AsyncIterable<Buffer>, { ids, services, fails, start }: Going): Promise<void> {
  const healthy = new Set<string>()
  for await (const line of linesOf(events, 1_000_000)) {
    const { Action = '', Actor } = JSON.parse(line) as { Action?: string; Actor: { Attributes: { service: string } } }
    const { service } = Actor.Attributes
    if (Action.endsWith('unhealthy')) {
      if (fails) return
      throw new Error(`${service} is unhealthy`)
    }
    if (!Action.endsWith('healthy')) continue
    healthy.add(service)
    if (healthy.size === ids.size) return
    for (const [next, { depends_on }] of Object.entries(services)) if (depends_on && service in depends_on) void start(next)
  }
}
