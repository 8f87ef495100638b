import { Ajv2020, type AnySchema } from 'ajv/dist/2020.js'
import { expect } from 'vitest'

export interface Answered {
  method: string
  /** Without its query. */
  path: string
  status: number
  type: string
  body: unknown
}

type Document = { paths: Record<string, Record<string, { responses: Record<string, object> }>> }

/** Whether answers are what the OpenAPI document says; what has no place in it must be a problem. */
export function createConformance(document: Document): (answered: Answered) => void {
  const ajv = new Ajv2020({ strict: false, validateFormats: false, allErrors: true })
  ajv.addSchema(document as AnySchema, 'openapi')
  return (answered) => {
    const validate = ajv.getSchema(`openapi#${pointerTo(document, answered)}`)
    const holds = validate?.(answered.body)
    expect(validate?.errors ?? [], `${answered.method} ${answered.path} answered ${JSON.stringify(answered.body)}`).toEqual([])
    expect(holds, `${answered.method} ${answered.path}: ${answered.status} ${answered.type} stands in the document`).toBe(true)
  }
}

function pointerTo({ paths }: Document, { method, path, status, type }: Answered): string {
  const template = Object.keys(paths).find((each) => new RegExp(`^${each.replaceAll(/\{\w+\}/g, '[^/]+')}$`).test(path))
  const responses = template === undefined ? undefined : paths[template]?.[method.toLowerCase()]?.responses
  if (template === undefined || responses === undefined) return '/components/schemas/Problem'
  const answer = String(status) in responses ? String(status) : 'default'
  return `/${['paths', template, method.toLowerCase(), 'responses', answer, 'content', type, 'schema'].map(escaped).join('/')}`
}

/** JSON pointer, then the part of a URI. */
function escaped(part: string): string {
  return encodeURIComponent(part.replaceAll('~', '~0').replaceAll('/', '~1'))
}
