import swagger from '@fastify/swagger'
import * as contract from './contract.ts'
import * as access from './contract-access.ts'
import * as events from './contract-events.ts'
import * as evidence from './contract-evidence.ts'
import * as facts from './contract-facts.ts'
import * as forecast from './contract-forecast.ts'
import * as policy from './contract-policy.ts'
import * as registries from './contract-registries.ts'
import * as suggestion from './contract-suggestion.ts'
import * as uploads from './contract-uploads.ts'
import { type Demands, demands } from './demands.ts'
import type { App, Parts } from './parts.ts'

const howTokens =
  'One of `torii token create`, or what stands in the file `token` of the state folder. Each operation names the scope that it demands: `read`, `deploy` or `admin`, each of which may do what those before it may.'

/** OpenAPI 3.1 lets schemes other than OAuth name the roles that are needed. */
function securityOf(scope: Demands['scope'] | undefined) {
  return scope === undefined || scope === 'open' || scope === 'any host' ? [] : [{ token: [scope] }]
}

/** OpenAPI 3.1 of everything that is added after it. */
export function addDocument(app: App, { version }: Parts['identity']): void {
  const rooms = [contract, access, events, facts, evidence, forecast, policy, suggestion, registries, uploads]
  const schemas = rooms.flatMap((room): object[] => Object.values(room))
  for (const schema of schemas) if ('$id' in schema) app.addSchema(schema)
  app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: { title: 'Torii', version, description: 'Deploys Docker Compose extensions and says DEPLOYED only when it is true.' },
      components: { securitySchemes: { token: { type: 'http', scheme: 'bearer', description: howTokens } } },
      security: [{ token: [] }],
    },
    transform: ({ schema, url, route }) => ({ schema: { ...schema, security: securityOf(route.config?.demands?.scope) }, url }),
    refResolver: { buildLocalReference: ({ $id }) => $id as string },
  })
  app.register(async (root: App) => {
    root.get('/openapi.json', { schema: { hide: true }, ...demands('open') }, async () => app.swagger())
  })
}
