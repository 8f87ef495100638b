import type { Clock } from '../deploy/ports.ts'
import type { StoredEvent } from '../deploy/record.ts'
import type { EventFilter } from '../deploy/view.ts'
import type { Api } from './api.ts'
import { CliError } from './cli-error.ts'

/** A server that is restarted comes back within seconds. */
const patience = 60_000
const lookEvery = 250

/** Events as they happen, each once and in order, also over a restart of the server. `gone` is told once each time it went away. */
export async function* followEvents(
  api: Pick<Api, 'follow'>,
  filter: EventFilter,
  { clock, signal, gone }: { clock: Clock; signal: AbortSignal; gone: () => void },
): AsyncGenerator<StoredEvent> {
  let after = filter.after
  let goneSince: number | null = null
  const opened = () => {
    goneSince = null
  }
  for (;;) {
    const trouble = yield* untilGone(api.follow({ ...filter, after }, signal, opened), (id) => {
      after = id
    })
    signal.throwIfAborted()
    if (goneSince === null) gone()
    goneSince ??= clock.monotonic()
    if (trouble && clock.monotonic() - goneSince > patience) throw trouble
    await clock.sleep(lookEvery, signal)
  }
}

/** What ended the stream, null where the server ended it in good order. A refusal is thrown: asking again would not change it. */
async function* untilGone(events: AsyncIterable<StoredEvent>, seen: (id: number) => void): AsyncGenerator<StoredEvent, CliError | null> {
  try {
    for await (const event of events) {
      seen(event.id)
      yield event
    }
    return null
  } catch (error) {
    if (error instanceof CliError && error.reason === 'server_unreachable') return error
    throw error
  }
}
