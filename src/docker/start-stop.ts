import type { RevisionRef } from '../deploy/record.ts'
import type { Ask } from '../engine-api/ask.ts'
import { answered } from '../engine-api/engine-answer.ts'
import { inspectAll } from './containers.ts'
import { engineError } from './engine-errors.ts'
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

/** All at once, each with its own grace, but never more than `graceMs`. */
export async function stopContainers(ask: Ask, instance: string, ref: RevisionRef, { graceMs, disarm }: { graceMs: number; disarm: boolean }): Promise<void> {
  const containers = await inspectAll(ask, instance, ref)
  if (disarm) await Promise.all(containers.map(({ Id }) => setRestart(ask, Id, 'no')))
  await Promise.all(containers.map(({ Id, Config }) => stopOne(ask, Id, graceOf(Config.StopTimeout ?? dockersGrace, Math.ceil(graceMs / 1000)))))
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
