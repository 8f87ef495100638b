import type { RevisionRef } from '../deploy/record.ts'
import type { Ask } from '../engine-api/ask.ts'
import { answered } from '../engine-api/engine-answer.ts'
import { idsOf } from './containers.ts'
import { ofRevision } from './labels.ts'

/** Sixty containers took 3.4 s (facts/engine.json). */
const removeTimeout = 60_000

/** Containers first, then the networks; what is gone already is fine. */
export async function removeRevision(ask: Ask, instance: string, ref: RevisionRef): Promise<void> {
  const ids = await idsOf(ask, instance, ref)
  await Promise.all(ids.map((id) => removeContainer(ask, id)))
  const networks = await ask<{ Id: string }[]>({ path: '/networks', query: { filters: ofRevision(instance, ref) } })
  await Promise.all(networks.map(({ Id }) => removeNetwork(ask, Id)))
}

/** With its anonymous volumes. */
async function removeContainer(ask: Ask, id: string): Promise<void> {
  try {
    await ask({ method: 'DELETE', path: `/containers/${id}`, query: { force: 1, v: 1 }, within: removeTimeout })
  } catch (error) {
    if (answered(error, 404)) return
    if (!answered(error, 409)) throw error
    await untilGone(ask, id)
  }
}

// 409 "removal of container … is already in progress": somebody else is at it (Docker 26.1.5).
async function untilGone(ask: Ask, id: string): Promise<void> {
  try {
    await ask({ method: 'POST', path: `/containers/${id}/wait`, query: { condition: 'removed' }, within: removeTimeout })
  } catch (error) {
    if (!answered(error, 404)) throw error
  }
}

async function removeNetwork(ask: Ask, id: string): Promise<void> {
  try {
    await ask({ method: 'DELETE', path: `/networks/${id}` })
  } catch (error) {
    if (answered(error, 404)) return
    if (!answered(error, 403, 409)) throw error
    await evict(ask, id)
    await ask({ method: 'DELETE', path: `/networks/${id}` }).catch((again) => answered(again, 404) || Promise.reject(again))
  }
}

/** A stranger's container that somebody connected keeps the network alive: it is disconnected, not removed. */
async function evict(ask: Ask, id: string): Promise<void> {
  const { Containers } = await ask<{ Containers?: Record<string, unknown> | null }>({ path: `/networks/${id}` })
  const disconnect = (Container: string) => ask({ method: 'POST', path: `/networks/${id}/disconnect`, body: { Container, Force: true } }).catch(() => {})
  await Promise.all(Object.keys(Containers ?? {}).map(disconnect))
}
