import type { FastifyRequest } from 'fastify'
import { whatIsAsked, withFolder } from './asked-folder.ts'
import { Suggestions, SuggestRequest } from './contract-suggestion.ts'
import { demands } from './demands.ts'
import { describes } from './operation.ts'
import { refuseForeignConsent } from './operators-word.ts'
import type { App, Tools } from './parts.ts'
import { untilGone } from './reader.ts'
import { Refusal } from './refusal.ts'
import { refTo } from './schema.ts'

/** It runs commands in containers of the deployment, so it is in the audit trail. A token of certain names alone has no way to it. */
export function addSuggest(app: App, { suggest, submits, uploads, closing }: Tools): void {
  const document = describes(
    'suggest',
    'Tries health checks in its containers, or in ones that are thrown away.',
    { 200: refTo(Suggestions) },
    { body: refTo(SuggestRequest) },
  )
  app.post('/suggest', { schema: document, ...demands('deploy', 'suggest') }, async (request, reply) => {
    const { service, ...asked } = request.body
    Object.assign(request.about, { deployment: asked.name ?? null, detail: whatIsAsked(asked) })
    refuseForeignConsent(request)
    refuseCertainNames(request)
    const gone = untilGone(reply.raw, closing)
    return {
      suggestions: await submits.run(() =>
        withFolder({ body: asked, caller: request.caller }, uploads, 'use', (wanted) => suggest(wanted, service ?? null, gone)),
      ),
    }
  })
}

/** It looks into whatever runs under the name that the folder says. */
function refuseCertainNames({ caller }: Pick<FastifyRequest, 'caller'>): void {
  if (caller === null || caller.names.length > 0) throw new Refusal('name_not_allowed')
}
