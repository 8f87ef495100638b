import { expect, expectTypeOf, test } from 'vitest'
import type { AuditEntry } from '../../../src/deploy/access.ts'
import type { Forecast } from '../../../src/deploy/forecast-view.ts'
import type { DeployRequest } from '../../../src/deploy/ports.ts'
import type { Evidence, StoredEvent } from '../../../src/deploy/record.ts'
import type { Suggestion } from '../../../src/deploy/suggestion.ts'
import type { KeptUpload } from '../../../src/deploy/upload-port.ts'
import type { AppHealth, Controller, DeploymentView, RevisionView } from '../../../src/deploy/view.ts'
import type * as contract from '../../../src/server/contract.ts'
import type * as access from '../../../src/server/contract-access.ts'
import type * as events from '../../../src/server/contract-events.ts'
import type * as facts from '../../../src/server/contract-evidence.ts'
import type * as forecast from '../../../src/server/contract-forecast.ts'
import type * as suggestion from '../../../src/server/contract-suggestion.ts'
import type * as uploads from '../../../src/server/contract-uploads.ts'
import { anApp } from './an-app.ts'

type Answer<M extends keyof Controller> = Awaited<ReturnType<Controller[M]>>
type Line = Parameters<Parameters<Controller['logs']>[2]>[0]

/** The same with intersections written out. */
type Plain<T> = T extends object ? { [K in keyof T]: Plain<T[K]> } : T

interface Operation {
  operationId: string
  security?: object[]
  responses: Record<string, { content: Record<string, { schema: { $ref?: string } }> }>
}

const documentOf = async () => {
  const { app } = anApp()
  const answer = await app.inject('/openapi.json')
  return answer.json() as { openapi: string; info: object; paths: Record<string, Record<string, Operation>>; components: { schemas: Record<string, object> } }
}

test('the shapes of the API are those of the heart', () => {
  expectTypeOf<Plain<contract.RevisionView>>().toEqualTypeOf<Plain<RevisionView>>()
  expectTypeOf<Plain<contract.DeploymentView>>().toEqualTypeOf<Plain<DeploymentView>>()
  expectTypeOf<Plain<events.StoredEvent>>().toEqualTypeOf<Plain<StoredEvent>>()
  expectTypeOf<Plain<facts.Evidence>>().toEqualTypeOf<Plain<Evidence>>()
  expectTypeOf<Plain<forecast.Forecast>>().toEqualTypeOf<Plain<Forecast>>()
  expectTypeOf<Plain<suggestion.Suggestion>>().toEqualTypeOf<Plain<Suggestion>>()
  expectTypeOf<Plain<contract.AppHealth>>().toEqualTypeOf<Plain<AppHealth>>()
  expectTypeOf<contract.Removed>().toEqualTypeOf<Answer<'remove'>>()
  expectTypeOf<Plain<contract.Started>>().toEqualTypeOf<Plain<Answer<'start'>>>()
  expectTypeOf<contract.LogLine>().toEqualTypeOf<Line>()
  expectTypeOf<Plain<access.AuditEntry>>().toEqualTypeOf<Plain<AuditEntry>>()
  expectTypeOf<Omit<contract.DeployRequest, 'upload' | 'file'> & { path: string }>().toExtend<DeployRequest>()
  expectTypeOf<Exclude<keyof contract.DeployRequest, 'file'>>().toEqualTypeOf<keyof DeployRequest>()
  expectTypeOf<Plain<uploads.KeptUpload>>().toEqualTypeOf<Plain<KeptUpload>>()
})

test('the document is OpenAPI 3.1 and names the version', async () => {
  const document = await documentOf()

  expect(document).toMatchObject({ openapi: '3.1.0', info: { title: 'Torii', version: '0.1.0' }, security: [{ token: [] }] })
})

test('every route but the pages and the document itself stands in it once, with a name of its own', async () => {
  const { paths } = await documentOf()

  const operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, { operationId }]) => [operationId, `${method} ${path}`]),
  )

  expect(Object.fromEntries(operations)).toEqual({
    healthz: 'get /healthz',
    readyz: 'get /readyz',
    registries: 'get /api/v1/registries',
    registryLogin: 'post /api/v1/registries',
    registryLogout: 'delete /api/v1/registries/{host}',
    submit: 'post /api/v1/deployments',
    forecast: 'post /api/v1/forecast',
    judge: 'post /api/v1/policy/check',
    suggest: 'post /api/v1/suggest',
    upload: 'post /api/v1/uploads',
    removeUpload: 'delete /api/v1/uploads/{id}',
    list: 'get /api/v1/deployments',
    get: 'get /api/v1/deployments/{name}',
    health: 'get /api/v1/deployments/{name}/health',
    containers: 'get /api/v1/deployments/{name}/containers',
    remove: 'delete /api/v1/deployments/{name}',
    stop: 'post /api/v1/deployments/{name}/stop',
    start: 'post /api/v1/deployments/{name}/start',
    revisions: 'get /api/v1/deployments/{name}/revisions',
    revision: 'get /api/v1/deployments/{name}/revisions/{revision}',
    evidence: 'get /api/v1/deployments/{name}/revisions/{revision}/evidence',
    events: 'get /api/v1/events',
    logs: 'get /api/v1/deployments/{name}/logs',
    system: 'get /api/v1/system',
    makeReady: 'post /api/v1/system/ready',
    tokens: 'get /api/v1/tokens',
    createToken: 'post /api/v1/tokens',
    revokeToken: 'delete /api/v1/tokens/{token}',
    audit: 'get /api/v1/audit',
  })
})

test('it says which scope each demands, and that any may answer a problem', async () => {
  const { paths } = await documentOf()

  for (const [path, methods] of Object.entries(paths))
    for (const { security, responses } of Object.values(methods)) {
      expect(JSON.stringify(security), path).toMatch(path.startsWith('/api/') ? /^\[\{"token":\["(read|deploy|admin)"\]\}\]$/ : /^\[\]$/)
      expect(responses['default']?.content['application/problem+json']?.schema).toEqual({ $ref: '#/components/schemas/Problem' })
    }
})

test('every reference in it leads somewhere', async () => {
  const document = await documentOf()

  const references = [...JSON.stringify(document).matchAll(/"\$ref":"([^"]*)"/g)].map(([, to = '']) => to)

  expect(references.length).toBeGreaterThan(20)
  for (const to of references) expect(Object.keys(document.components.schemas)).toContain(to.replace('#/components/schemas/', ''))
})
