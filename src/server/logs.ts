import type { FastifyReply } from 'fastify'
import { Type } from 'typebox'
import { failureOf, troubleOf } from '../deploy/failure.ts'
import type { Controller } from '../deploy/view.ts'
import { flag, isSet, lineCount, namedDeployment, nameOf } from './asked.ts'
import { demands } from './demands.ts'
import { endFrame, lineFrame } from './frames.ts'
import { describes } from './operation.ts'
import type { App, Tools } from './parts.ts'
import { createStream } from './stream.ts'

const querystring = Type.Object(
  {
    service: Type.Optional(Type.String({ maxLength: 200, description: 'the name of a service' })),
    tail: Type.Optional(lineCount),
    follow: Type.Optional(flag),
  },
  { additionalProperties: false },
)

/** Lines of each container where the caller does not say. */
const usualTail = '100'
/** A refusal comes within this, ms; afterwards the answer begins although nothing has been printed. */
const patience = 250

const answer = { content: { 'text/event-stream': { schema: Type.String() } }, description: 'A LogLine each; the last event is named `end`.' }

interface Seen {
  controller: Controller
}

interface Asked {
  name: string
  service: string | null
  tail: number
  follow: boolean
}

export function addLogs(app: App, tools: Tools): void {
  const schema = describes('logs', 'What its containers print, line by line.', { 200: answer }, { params: namedDeployment, querystring })
  app.get('/deployments/:name/logs', { schema, ...demands('read') }, (request, reply) => {
    const { params, query } = request
    const { service = null, tail = usualTail, follow } = query
    const asked = { name: nameOf(params.name), service, tail: Number(tail), follow: isSet(follow) }
    return tools.streams.run(() => printed(asked, reply, { ...tools, controller: tools.as(request) }), request.caller?.token)
  })
}

async function printed({ name, ...options }: Asked, reply: FastifyReply, { controller, clock, closing, limits, toJson }: Tools & Seen): Promise<void> {
  const stream = createStream(reply, { clock, closing, every: limits.heartbeat, bound: limits.pendingLogs })
  const begun = new AbortController()
  void clock.sleep(patience, AbortSignal.any([begun.signal, stream.signal])).then(
    () => stream.open(),
    () => {},
  )
  try {
    await controller.logs(name, options, (line) => stream.send(lineFrame(line)), stream.signal)
    stream.end(endFrame(null, toJson))
  } catch (error) {
    if (!reply.raw.headersSent) throw error
    if (!stream.signal.aborted) reply.log.warn({ err: error }, 'a log stream was cut off')
    stream.cut(endFrame(failureOf(troubleOf(error), clock.now()), toJson))
  } finally {
    begun.abort()
  }
}
