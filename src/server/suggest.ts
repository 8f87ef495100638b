import type { DeployRequest } from '../deploy/ports.ts'
import { allowedTo } from './allowed-name.ts'
import { whatIsAsked, withFolder } from './asked-folder.ts'
import { nobody } from './caller.ts'
import { Suggestions, SuggestRequest } from './contract-suggestion.ts'
import { demands, namesIt } from './demands.ts'
import { describes } from './operation.ts'
import { refuseForeignConsent } from './operators-word.ts'
import type { App, Tools } from './parts.ts'
import { untilGone } from './reader.ts'
import { refTo } from './schema.ts'

/** It runs commands in containers of the deployment, so it is in the audit trail. A token of certain names tries what they match. */
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
    const gone = untilGone(reply.raw, closing)
    const { caller, about } = request
    const tried = (wanted: DeployRequest) => suggest(allowedTo(caller ?? nobody, namesIt(about, wanted)), service ?? null, gone)
    return { suggestions: await submits.run(() => withFolder({ body: asked, caller }, uploads, 'use', tried), caller?.token) }
  })
}
