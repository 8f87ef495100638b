import type { Ports } from './ports.ts'
import type { StoredEvent } from './record.ts'

interface Filter {
  /** Id. */
  deployment?: string | undefined
  revision?: number | undefined
  after: number
}

const page = 500

/**
 * What happened after `filter.after`, then what happens, each once and in order, until the signal aborts or the deployment is removed.
 * Listens before it reads, so that nothing falls between the two.
 */
export async function followEvents(filter: Filter, tell: (event: StoredEvent) => void, store: Ports['store'], signal: AbortSignal): Promise<void> {
  const over = Promise.withResolvers<void>()
  let last = filter.after
  let early: StoredEvent[] | null = []
  const pass = (event: StoredEvent) => {
    if (event.id <= last || !isWanted(event, filter)) return
    last = event.id
    tell(event)
    if (event.event.type === 'removed' && event.deployment === filter.deployment) over.resolve()
  }
  const stop = store.follow((event) => (early === null ? pass(event) : early.push(event)))
  const end = () => over.resolve()
  signal.addEventListener('abort', end, { once: true })
  try {
    await readBefore(filter, pass, store, signal)
    const missed = early
    early = null
    for (const event of missed) pass(event)
    // Removed before we listened: nobody will say so any more.
    if (filter.deployment !== undefined && (await store.newest(filter.deployment)) === null) return
    if (!signal.aborted) await over.promise
  } finally {
    stop()
    signal.removeEventListener('abort', end)
  }
}

function isWanted({ deployment, revision, event }: StoredEvent, filter: Filter): boolean {
  if (filter.deployment !== undefined && deployment !== filter.deployment) return false
  return filter.revision === undefined || revision === filter.revision || event.type === 'removed'
}

async function readBefore({ after, ...filter }: Filter, pass: (event: StoredEvent) => void, store: Ports['store'], signal: AbortSignal): Promise<void> {
  for (let from = after; !signal.aborted; ) {
    const events = await store.events({ ...filter, after: from, limit: page })
    events.forEach(pass)
    if (events.length < page) return
    from = events.at(-1)?.id ?? from
  }
}
