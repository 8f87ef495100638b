import type { Clock } from '../deploy/ports.ts'
import type { RevisionRef } from '../deploy/record.ts'
import type { Ask } from '../engine-api/ask.ts'
import { answered } from '../engine-api/engine-answer.ts'
import { inspectAll } from './containers.ts'
import { engineError } from './engine-errors.ts'
import type { Inspected } from './inspect.ts'
import { labels } from './labels.ts'

const startTimeout = 120_000

/** Docker's own default for a container without StopTimeout; seconds. */
const dockersGrace = 10

/** 304, started already, is a success. */
export async function startContainer(ask: Ask, id: string): Promise<void> {
  try {
    await ask({ method: 'POST', path: `/containers/${id}/start`, within: startTimeout })
  } catch (error) {
    throw engineError(error, 'start')
  }
}

/** What others depend on after them (Compose's own order), the rest at once; each with its own grace, all together never more than `graceMs`. */
export async function stopContainers(
  { ask, clock, instance }: { ask: Ask; clock: Clock; instance: string },
  ref: RevisionRef,
  { graceMs, disarm }: { graceMs: number; disarm: boolean },
): Promise<void> {
  const end = clock.monotonic() + graceMs
  const left = () => Math.max(1, Math.ceil((end - clock.monotonic()) / 1000))
  const containers = await inspectAll(ask, instance, ref)
  if (disarm) await Promise.all(containers.map(({ Id }) => setRestart(ask, Id, 'no')))
  await dependantsFirst(containers, ({ Id, Config }) => stopOne(ask, Id, graceOf(Config.StopTimeout ?? dockersGrace, left())))
}

async function dependantsFirst(containers: Inspected[], stop: (container: Inspected) => Promise<void>): Promise<void> {
  const stopped = new Map<string, Promise<unknown>>()
  const services = [...new Set(containers.map(serviceOf))]
  const stopService = (service: string): Promise<unknown> => {
    const known = stopped.get(service)
    if (known) return known
    const dependants = containers.filter((each) => serviceOf(each) !== service && dependsOn(each).includes(service)).map(serviceOf)
    const stopping = Promise.allSettled(dependants.map(stopService)).then(() => allOf(containers.filter((each) => serviceOf(each) === service).map(stop)))
    stopped.set(service, stopping)
    return stopping
  }
  await allOf(services.map(stopService))
}

/** Nothing of it goes on when it rejects: whoever tries again begins from what is. */
async function allOf(work: Promise<unknown>[]): Promise<void> {
  const ended = await Promise.allSettled(work)
  const failed = ended.find((end) => end.status === 'rejected')
  if (failed) throw failed.reason
}

function serviceOf({ Config }: Inspected): string {
  return Config.Labels?.[labels.service] ?? ''
}

/** `db:service_healthy:false,cache:service_started:true` (Compose 2.26 and 5.6). Compose refuses circles. */
function dependsOn({ Config }: Inspected): string[] {
  return (Config.Labels?.[labels.dependsOn] ?? '').split(',').map((each) => each.split(':', 1)[0] ?? '')
}

/** Docker takes a negative grace for "wait for ever" (26.0.0, daemon/stop.go). */
function graceOf(own: number, most: number): number {
  return own < 0 ? most : Math.min(own, most)
}

async function stopOne(ask: Ask, id: string, seconds: number): Promise<void> {
  try {
    await ask({ method: 'POST', path: `/containers/${id}/stop`, query: { t: seconds }, within: (seconds + 20) * 1000 })
  } catch (error) {
    if (!answered(error, 404, 409)) throw engineError(error, 'start')
  }
}

/** Gives each service its restart policy back, written as Compose writes it. */
export async function rearmContainers(ask: Ask, instance: string, ref: RevisionRef, policies: Map<string, string>): Promise<void> {
  const containers = await inspectAll(ask, instance, ref)
  await Promise.all(
    containers.map(async ({ Id, Config }) => {
      const policy = policies.get(Config.Labels?.[labels.service] ?? '')
      if (policy !== undefined) await setRestart(ask, Id, policy)
    }),
  )
}

async function setRestart(ask: Ask, id: string, policy: string): Promise<void> {
  const [name, retries] = policy.split(':', 2)
  const RestartPolicy = { Name: name, MaximumRetryCount: name === 'on-failure' ? Number(retries ?? 0) : 0 }
  try {
    await ask({ method: 'POST', path: `/containers/${id}/update`, body: { RestartPolicy } })
  } catch (error) {
    if (!answered(error, 404, 409)) throw engineError(error, 'start')
  }
}
