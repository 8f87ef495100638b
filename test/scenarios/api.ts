import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { RevisionEvent, StoredEvent } from '../../src/deploy/record.ts'
import type { DeploymentView, RevisionView } from '../../src/deploy/view.ts'
import { type Patience, until } from './until.ts'

export interface HttpAnswer<T> {
  status: number
  body: T
}

interface Wanted extends Patience {
  /** Of this revision or a later one. */
  revision?: number
}

type Named = RevisionEvent['type']
type Of<T extends Named> = StoredEvent & { event: Extract<RevisionEvent, { type: T }> }

/** The HTTP API as any program uses it: an address and the token. */
export function createApi({ home, port }: { home: string; port: number }) {
  const ask = async <T>(method: string, path: string, body?: object): Promise<HttpAnswer<T>> => {
    const token = (await readFile(join(home, 'token'), 'utf8')).trim()
    const headers = { authorization: `Bearer ${token}`, ...(body && { 'content-type': 'application/json' }) }
    const answer = await fetch(`http://127.0.0.1:${port}/api/v1${path}`, { method, headers, ...(body && { body: JSON.stringify(body) }) })
    return { status: answer.status, body: (await answer.json()) as T }
  }
  /** null: not there, or nobody answers. */
  const orNull = async <T>(path: string): Promise<T | null> => {
    const answer = await ask<T>('GET', path).catch(() => null)
    return answer?.status === 200 ? answer.body : null
  }
  const eventsAfter = async (name: string, after: number) =>
    (await orNull<{ events: StoredEvent[] }>(`/events?deployment=${name}&after=${after}`))?.events ?? []

  return {
    ask,
    deployment: (name: string) => orNull<DeploymentView>(`/deployments/${name}`),
    revision: (name: string, revision: number | 'latest' = 'latest') => orNull<RevisionView>(`/deployments/${name}/revisions/${revision}`),
    events: async (name: string): Promise<StoredEvent[]> => {
      const all: StoredEvent[] = []
      for (;;) {
        const page = await eventsAfter(name, all.at(-1)?.id ?? 0)
        if (page.length === 0) return all
        all.push(...page)
      }
    },
    /** The first event of that kind that matches, as soon as it has happened. */
    event: async <T extends Named>(
      name: string,
      type: T,
      matches: (event: Of<T>['event']) => boolean = () => true,
      { revision, ...patience }: Wanted = {},
    ): Promise<Of<T>> => {
      let after = 0
      const look = async () => {
        const page = await eventsAfter(name, after)
        after = page.at(-1)?.id ?? after
        return page.find((each): each is Of<T> => each.event.type === type && each.revision >= (revision ?? 1) && matches(each.event as Of<T>['event']))
      }
      return until(`a ${type} event of ${name}`, look, patience)
    },
  }
}
