import type { FastifyReply } from 'fastify'
import { Type } from 'typebox'
import type { StoredEvent } from '../deploy/record.ts'
import type { Controller, EventFilter } from '../deploy/view.ts'
import { deploymentName, eventNumber, flag, isSet, nameOf, revisionNumber } from './asked.ts'
import { Events } from './contract.ts'
import { demands } from './demands.ts'
import { eventFrame } from './frames.ts'
import { describes } from './operation.ts'
import type { App, Tools } from './parts.ts'
import { refTo } from './schema.ts'
import { createStream, type EventStream } from './stream.ts'

const querystring = Type.Object(
  { deployment: Type.Optional(deploymentName), revision: Type.Optional(revisionNumber), after: Type.Optional(eventNumber), follow: Type.Optional(flag) },
  { additionalProperties: false },
)
const headers = Type.Object({ 'last-event-id': Type.Optional(eventNumber) })

const answer = { content: { 'application/json': { schema: refTo(Events) }, 'text/event-stream': { schema: Type.String() } }, description: 'Oldest first.' }

export function addEvents(app: App, tools: Tools): void {
  const summary = 'Events after one: a page of them, or with `follow` one by one as they happen. `Last-Event-ID` wins over `after`.'
  app.get('/events', { schema: describes('events', summary, { 200: answer }, { querystring, headers }), ...demands('read') }, async (request, reply) => {
    const { deployment, revision, after = '0', follow } = request.query
    const controller = tools.as(request)
    const filter = {
      deployment: deployment === undefined ? undefined : nameOf(deployment),
      revision: revision === undefined ? undefined : Number(revision),
      after: Number(request.headers['last-event-id'] ?? after),
    }
    if (isSet(follow)) return tools.streams.run(() => followed(filter, reply, { ...tools, controller }), request.caller?.token)
    return { events: await controller.events(filter, tools.limits.page) }
  })
}

interface Seen {
  controller: Controller
}

/** The first page is asked for before the answer begins: a deployment that there is not is refused like everywhere. */
async function followed(filter: EventFilter, reply: FastifyReply, tools: Tools & Seen): Promise<void> {
  const { controller, clock, closing, limits, toJson } = tools
  const first = await controller.events(filter, limits.page)
  const stream = createStream(reply, { clock, closing, every: limits.heartbeat, bound: limits.pendingEvents })
  stream.open()
  try {
    const after = await replay(first, filter, stream, tools)
    await controller.follow({ ...filter, after }, (event) => stream.send(eventFrame(event, toJson)), stream.signal)
    stream.end()
  } catch (error) {
    if (!stream.signal.aborted) reply.log.warn({ err: error }, 'an event stream was cut off')
    stream.cut()
  }
}

/** A long history goes out at the reader's own pace, a page at a time. Answers the last event's number. */
async function replay(
  first: StoredEvent[],
  filter: EventFilter,
  stream: EventStream,
  { controller, limits, toJson }: Pick<Tools, 'limits' | 'toJson'> & Seen,
): Promise<number> {
  let { after } = filter
  for (let events = first; ; events = await controller.events({ ...filter, after }, limits.page)) {
    for (const event of events) await stream.send(eventFrame(event, toJson))
    after = events.at(-1)?.id ?? after
    if (events.length < limits.page || stream.signal.aborted) return after
  }
}
