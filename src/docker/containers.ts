import type { Container } from '../deploy/ports.ts'
import type { RevisionRef } from '../deploy/record.ts'
import type { Ask } from '../engine-api/ask.ts'
import { answered } from '../engine-api/engine-answer.ts'
import { containerOf, type Inspected } from './inspect.ts'
import { saysOutOfMemory } from './kernel-log.ts'
import { ofRevision } from './labels.ts'

/** The ids of everything of a revision, running or not. */
export async function idsOf(ask: Ask, instance: string, ref: RevisionRef): Promise<string[]> {
  const list = await ask<{ Id: string }[]>({ path: '/containers/json', query: { all: 1, filters: ofRevision(instance, ref) } })
  return list.map(({ Id }) => Id)
}

/** In the order of services and replicas; one that goes meanwhile is left out. */
export async function inspectAll(ask: Ask, instance: string, ref: RevisionRef, but: ReadonlySet<string> = new Set()): Promise<Inspected[]> {
  const ids = (await idsOf(ask, instance, ref)).filter((id) => !but.has(id))
  const inspected = await Promise.all(ids.map((id) => inspectOne(ask, id)))
  return inspected.filter((each) => each !== null)
}

/** null: gone. */
export async function inspectOne(ask: Ask, id: string, signal?: AbortSignal): Promise<Inspected | null> {
  try {
    return await withKernelsWord(await ask<Inspected>({ path: `/containers/${id}/json`, signal }))
  } catch (error) {
    if (answered(error, 404)) return null
    throw error
  }
}

/** An exit that may have been for want of memory, where the engine does not say so. */
async function withKernelsWord(inspected: Inspected): Promise<Inspected> {
  const { Id, State, HostConfig } = inspected
  const doubtful = State.Status !== 'running' && State.ExitCode === 137 && State.OOMKilled !== true && (HostConfig?.Memory ?? 0) > 0
  if (!doubtful) return inspected
  const end = `${Id} ${State.FinishedAt}`
  if (!known.has(end)) remember(end, await saysOutOfMemory({ id: Id, finishedAt: Date.parse(State.FinishedAt ?? '') }))
  return { ...inspected, State: { ...State, OOMKilled: known.get(end) ?? false } }
}

/** What the kernel said of each end: it was written before the end, and the log is long. */
const known = new Map<string, boolean>()
const mostKnown = 1_000

function remember(end: string, says: boolean): void {
  if (known.size >= mostKnown) known.clear()
  known.set(end, says)
}

export function inOrder(containers: Inspected[]): Container[] {
  return containers.map(containerOf).sort((a, b) => (a.service === b.service ? a.replica - b.replica : a.service < b.service ? -1 : 1))
}
