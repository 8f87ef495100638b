import { Suggestions, SuggestRequest } from './contract-suggestion.ts'
import { describes } from './operation.ts'
import type { App, Tools } from './parts.ts'
import { untilGone } from './reader.ts'
import { refTo } from './schema.ts'

export function addSuggest(app: App, { suggest, submits, closing }: Tools): void {
  const document = describes(
    'suggest',
    'Tries health checks in its containers, or in ones that are thrown away.',
    { 200: refTo(Suggestions) },
    { body: refTo(SuggestRequest) },
  )
  app.post('/suggest', { schema: document }, async ({ body: { service, ...request } }, reply) => {
    const gone = untilGone(reply.raw, closing)
    return { suggestions: await submits.run(() => suggest(request, service ?? null, gone)) }
  })
}
