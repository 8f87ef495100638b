import swagger from '@fastify/swagger'
import * as contract from './contract.ts'
import * as events from './contract-events.ts'
import * as evidence from './contract-evidence.ts'
import * as facts from './contract-facts.ts'
import * as forecast from './contract-forecast.ts'
import * as suggestion from './contract-suggestion.ts'
import { openRoutes } from './guard.ts'
import type { App, Parts } from './parts.ts'

/** OpenAPI 3.1 of everything that is added after it. */
export function addDocument(app: App, { version }: Parts['identity']): void {
  const rooms = [contract, events, facts, evidence, forecast, suggestion]
  const schemas = rooms.flatMap((room): object[] => Object.values(room))
  for (const schema of schemas) if ('$id' in schema) app.addSchema(schema)
  app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: { title: 'Torii', version, description: 'Deploys Docker Compose extensions and says DEPLOYED only when it is true.' },
      components: { securitySchemes: { token: { type: 'http', scheme: 'bearer', description: 'What stands in the file `token` of the state folder.' } } },
      security: [{ token: [] }],
    },
    transform: ({ schema, url }) => ({ schema: openRoutes.has(url) ? { ...schema, security: [] } : schema, url }),
    refResolver: { buildLocalReference: ({ $id }) => $id as string },
  })
  app.register(async (root: App) => {
    root.get('/openapi.json', { schema: { hide: true } }, async () => app.swagger())
  })
}
