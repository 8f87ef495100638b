import type { RevisionRef } from '../deploy/record.ts'
import type { Ask } from '../engine-api/ask.ts'
import { labels, refOf } from './labels.ts'

interface Labelled {
  Labels?: Record<string, string> | null
}

/** Every revision of this instance that a container or a network is left of. */
export async function revisionsThere(ask: Ask, instance: string): Promise<RevisionRef[]> {
  const filters = JSON.stringify({ label: [`${labels.instance}=${instance}`] })
  const [containers, networks] = await Promise.all([
    ask<Labelled[]>({ path: '/containers/json', query: { all: 1, filters } }),
    ask<Labelled[]>({ path: '/networks', query: { filters } }),
  ])
  const refs = [...containers, ...networks].flatMap(({ Labels }) => refOf(Labels ?? {}) ?? [])
  return [...new Map(refs.map((ref) => [`${ref.deployment}/${ref.revision}`, ref])).values()]
}
