import type { StoredEvent } from '../deploy/record.ts'
import type { Api } from './api.ts'
import { context } from './context.ts'
import type { ServerOptions } from './endpoint.ts'
import { eventText } from './event-text.ts'
import { followEvents } from './follow-events.ts'
import { Interrupted, interruptSignal } from './interrupt.ts'
import { print, printJson, printJsonLine, say } from './output.ts'
import { clockTime } from './table.ts'

export async function events(name: string, { follow, json, ...server }: ServerOptions & { follow?: boolean; json?: boolean }): Promise<void> {
  const { api, clock } = context(server)
  const { id } = await api.get(name)
  if (follow) return followed(followEvents(api, { deployment: id, after: 0 }, { clock, signal: interruptSignal(), gone }), json)
  const all = await allEvents(api, id)
  if (json) printJson({ events: all })
  else for (const event of all) print(lineOf(event))
}

/** Ctrl-C is how one leaves it. */
async function followed(stream: AsyncIterable<StoredEvent>, json = false): Promise<void> {
  try {
    for await (const event of stream) {
      if (json) printJsonLine(event)
      else print(lineOf(event))
    }
  } catch (error) {
    if (!(error instanceof Interrupted)) throw error
  }
}

/** The server answers a page at a time. */
export async function allEvents(api: Api, deployment: string): Promise<StoredEvent[]> {
  const all: StoredEvent[] = []
  for (;;) {
    const after = all.at(-1)?.id ?? 0
    const { events: page } = await api.events({ deployment, after })
    const fresh = page.filter(({ id }) => id > after)
    if (fresh.length === 0) return all
    all.push(...fresh)
  }
}

function lineOf({ at, revision, event }: StoredEvent): string {
  return `${clockTime(at)}  r${revision}  ${eventText(event)}`
}

function gone(): void {
  say('The control plane went away; waiting for it to come back.')
}
