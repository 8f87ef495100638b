import { Type } from 'typebox'
import { eventNumber, nameOf } from './asked.ts'
import { Audit } from './contract-access.ts'
import { demands } from './demands.ts'
import { describes } from './operation.ts'
import type { App, Tools } from './parts.ts'
import { refTo } from './schema.ts'

const querystring = Type.Object(
  {
    after: Type.Optional(eventNumber),
    since: Type.Optional(Type.String({ format: 'date-time', maxLength: 40, description: 'a moment such as 2026-01-01T12:00:00Z' })),
    name: Type.Optional(Type.String({ description: 'the name of a deployment' })),
  },
  { additionalProperties: false },
)

export function addAuditTrail(app: App, { access, limits }: Tools): void {
  const schema = describes('audit', 'Who did what, oldest first, a page at a time: go on after the last id.', { 200: refTo(Audit) }, { querystring })
  app.get('/audit', { schema, ...demands('admin') }, async ({ query: { after = '0', since, name } }) => {
    const filter = { after: Number(after), since: since && new Date(since).toISOString(), deployment: name && nameOf(name) }
    return { entries: await access.audited({ ...filter, limit: limits.page }) }
  })
}
