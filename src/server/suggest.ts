import { Suggestions, SuggestRequest } from './contract-suggestion.ts'
import { demands } from './demands.ts'
import { refuseForeignConsent, refuseForeignFolder } from './folder.ts'
import { describes } from './operation.ts'
import type { App, Tools } from './parts.ts'
import { untilGone } from './reader.ts'
import { refTo } from './schema.ts'

/** It runs commands in containers of the deployment, so it is in the audit trail. Without a folder of this machine nobody can ask, and whoever has one sees all. */
export function addSuggest(app: App, { suggest, submits, closing }: Tools): void {
  const document = describes(
    'suggest',
    'Tries health checks in its containers, or in ones that are thrown away.',
    { 200: refTo(Suggestions) },
    { body: refTo(SuggestRequest) },
  )
  app.post('/suggest', { schema: document, ...demands('deploy', 'suggest') }, async (request, reply) => {
    const { service, ...asked } = request.body
    Object.assign(request.about, { deployment: asked.name ?? null, detail: `the folder ${asked.path}` })
    refuseForeignFolder(request)
    refuseForeignConsent(request)
    const gone = untilGone(reply.raw, closing)
    return { suggestions: await submits.run(() => suggest(asked, service ?? null, gone)) }
  })
}
