import type { IncomingMessage } from 'node:http'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { Type } from 'typebox'
import { ownerOf } from './asked-folder.ts'
import { KeptUpload, RemovedUpload } from './contract-uploads.ts'
import { demands } from './demands.ts'
import { describes } from './operation.ts'
import { paced } from './paced.ts'
import type { App, Tools } from './parts.ts'
import { Refusal } from './refusal.ts'
import { refTo } from './schema.ts'

const params = Type.Object({ id: Type.String({ pattern: '^[0-9a-f]{32}$', description: 'the id of an upload' }) })
const archive = { content: { 'application/x-tar': { schema: { type: 'string', format: 'binary' } } } }

export function addUploads(app: App, tools: Tools): void {
  app.register(async (room: App) => {
    takeTar(room)
    room.addHook('onSend', async (_, reply) => closeInTime(reply, tools.limits.closeGrace, tools.clock))
    const upload = describes('upload', 'Takes a folder as an uncompressed tar, for `upload` of a deployment or a forecast.', { 201: refTo(KeptUpload) })
    const config = { ...demands('deploy', 'upload').config, pacesBody: true }
    room.post('/uploads', { schema: { ...upload, consumes: ['application/x-tar'], ...documented }, config }, (request, reply) => receive(request, reply, tools))
  })

  const remove = describes('removeUpload', 'Removes an upload that nothing uses.', { 200: refTo(RemovedUpload) }, { params })
  app.delete('/uploads/:id', { schema: remove, ...demands('deploy', 'upload rm') }, async ({ params: { id }, caller, about }) => {
    about.detail = `the upload ${id}`
    await tools.uploads.remove({ id, owner: ownerOf(caller) })
    return { id }
  })
}

const documented = { requestBody: archive } as object

type Parsed = (error: Error | null, body?: IncomingMessage) => void

/** The body is not read by Fastify: it is unpacked while it comes. */
function takeTar(room: App): void {
  room.removeAllContentTypeParsers()
  const refuse = (_: FastifyRequest, body: IncomingMessage, done: Parsed) => {
    body.resume()
    done(new Refusal('tar_expected'))
  }
  room.addContentTypeParser('application/x-tar', (request: FastifyRequest, body: IncomingMessage, done: Parsed) =>
    /^(identity)?$/i.test(request.headers['content-encoding'] ?? '') ? done(null, body) : refuse(request, body, done),
  )
  room.addContentTypeParser('*', refuse)
}

async function receive({ raw, headers, caller, about }: FastifyRequest, reply: FastifyReply, { uploads, uploading, clock, limits }: Tools) {
  const declared = headers['content-length'] === undefined ? null : Number(headers['content-length'])
  const kept = await uploading.run(
    () => uploads.receive(paced(raw, { least: limits.uploadPace, within: limits.uploadSilence }, clock), { owner: ownerOf(caller), declared }),
    caller?.token,
  )
  about.detail = `the upload ${kept.id} of ${kept.bytes} bytes, sha256 ${kept.sha256}`
  return reply.code(201).send(kept)
}

/**
 * A refusal is answered while the rest still comes: whoever goes on sending is cut off when it may have been read. Cut off at once, as Node does
 * whoever sends `Connection: close`, the sender's kernel would throw the answer away (RFC 9112, 9.6).
 */
function closeInTime({ raw }: FastifyReply, grace: number, clock: Tools['clock']): void {
  const { socket } = raw.req
  if (!raw.req.complete) raw.shouldKeepAlive = true
  raw.once('finish', () => {
    if (raw.req.complete) return
    const over = new AbortController()
    socket.once('close', () => over.abort())
    void clock.sleep(grace, over.signal).then(
      () => socket.destroy(),
      () => {},
    )
  })
}
