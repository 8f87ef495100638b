import fc from 'fast-check'

/** The parts of an OpenAPI document that requests are made from. */
export interface Document {
  paths: Record<string, Record<string, Operation>>
  components: { schemas: Record<string, Schema> }
}

export interface Operation {
  operationId: string
  parameters?: { name: string; in: 'path' | 'query' | 'header'; required?: boolean; schema: Schema }[]
  requestBody?: { required?: boolean; content: Record<string, { schema: Schema }> }
}

export interface Schema {
  $ref?: string
  type?: string
  enum?: unknown[]
  anyOf?: Schema[]
  pattern?: string
  minimum?: number
  maximum?: number
  items?: Schema
  properties?: Record<string, Schema>
  required?: string[]
  additionalProperties?: boolean | Schema
}

export interface Made {
  method: string
  url: string
  headers: Record<string, string>
  payload: string
}

const hostile = fc.constantFrom(
  '',
  '__proto__',
  'constructor',
  '../../etc/passwd',
  '..%2f..%2fetc%2fpasswd',
  '%00',
  '\u0000',
  '\n',
  "'; DROP TABLE revisions; --",
  '$(touch /tmp/torii-fuzz)',
  '`id`',
  '--help',
  '<img src=x onerror=alert(1)>',
  '\u001b]0;x\u0007',
  '\u202e',
  'x'.repeat(300),
  '-1',
  '1e9',
  'NaN',
  'true',
  'null',
  '%zz',
  '/',
  '\\',
  'shop',
  '6f0a1b2c-3d4e-4f60-8182-93a4b5c6d7e8',
)
const text = fc.oneof(hostile, fc.string({ maxLength: 40 }), fc.string({ unit: 'binary', maxLength: 20 }))
const anything = fc.oneof(fc.anything({ maxDepth: 3, withNullPrototype: true }), text, fc.constant({ __proto__: null, constructor: { prototype: { x: 1 } } }))

/** Requests of one operation: every part as the document has it, or something else in its place, or nothing. */
export function requestsOf({ components }: Document, path: string, method: string, operation: Operation): fc.Arbitrary<Made> {
  const good = (schema: Schema): fc.Arbitrary<unknown> => goodValue(schema, components.schemas)
  const either = (schema: Schema) => fc.oneof({ arbitrary: good(schema), weight: 3 }, { arbitrary: anything, weight: 1 })
  const parameters = (operation.parameters ?? []).map(({ name, in: place, required, schema }) => {
    const value = fc.oneof({ arbitrary: good(schema).map(String), weight: 3 }, { arbitrary: text, weight: 2 })
    return fc.record({ name: fc.constant(name), place: fc.constant(place), value: required ? value : fc.option(value, { nil: null, freq: 1 }) })
  })
  const stray = fc.option(fc.tuple(text, text), { nil: null, freq: 8 })
  const schema = operation.requestBody?.content['application/json']?.schema
  const body = schema === undefined ? fc.option(anything.map(json), { nil: undefined, freq: 3 }) : fc.oneof(either(schema).map(json), text)
  const type = fc.constantFrom(
    'application/json',
    'application/json',
    'application/json',
    'text/plain',
    'application/x-www-form-urlencoded',
    'application/json; charset=utf-16',
    'x',
  )
  return fc.record({ given: fc.tuple(...parameters), stray, body, type }).map(({ given, stray, body, type }) => {
    const at = (place: string) => given.filter((each) => each.place === place && each.value !== null)
    const url = at('path').reduce((all, { name, value }) => all.replace(`{${name}}`, encoded(value ?? '')), path)
    const query = [...at('query').map(({ name, value }) => [name, value ?? '']), ...(stray === null ? [] : [stray])]
    const asked = query.filter(([name, value]) => !(name === 'follow' && value === 'true'))
    const search = asked.map(([name = '', value = '']) => `${encoded(name)}=${encoded(value)}`).join('&')
    const headers = Object.fromEntries(at('header').map(({ name, value }) => [name, headerSafe(value ?? '')]))
    return {
      method: method.toUpperCase(),
      url: search === '' ? url : `${url}?${search}`,
      headers: body === undefined ? headers : { ...headers, 'content-type': type },
      payload: body ?? '',
    }
  })
}

function goodValue(schema: Schema, schemas: Record<string, Schema>): fc.Arbitrary<unknown> {
  if (schema.$ref !== undefined) return goodValue(schemas[schema.$ref.split('/').at(-1) ?? ''] ?? {}, schemas)
  if (schema.enum !== undefined) return fc.constantFrom(...schema.enum)
  if (schema.anyOf !== undefined) return fc.oneof(...schema.anyOf.map((each) => goodValue(each, schemas)))
  if (schema.pattern !== undefined) return matching(new RegExp(schema.pattern))
  if (schema.type === 'integer') return fc.integer({ min: schema.minimum ?? 0, max: schema.maximum ?? 1000 })
  if (schema.type === 'boolean') return fc.boolean()
  if (schema.type === 'array') return fc.array(goodValue(schema.items ?? {}, schemas), { maxLength: 3 })
  if (schema.type === 'object') return goodObject(schema, schemas)
  return fc.oneof({ arbitrary: fc.constant('shop'), weight: 4 }, { arbitrary: text, weight: 1 })
}

/** fast-check makes no text for a pattern that looks ahead (4.10). */
function matching(pattern: RegExp): fc.Arbitrary<string> {
  const samples = ['shop', 'shop-1', 'shop-*', '*', '/srv/app', '1', 'a.test', '30d', 'read'].filter((sample) => pattern.test(sample))
  return /\(\?[=!<]/.test(pattern.source) ? fc.constantFrom(...samples) : fc.stringMatching(pattern)
}

function goodObject({ properties = {}, required = [], additionalProperties }: Schema, schemas: Record<string, Schema>): fc.Arbitrary<unknown> {
  const known = fc.record(Object.fromEntries(Object.entries(properties).map(([name, each]) => [name, goodValue(each, schemas)])), { requiredKeys: required })
  if (typeof additionalProperties !== 'object') return known
  return fc.tuple(known, fc.dictionary(text, goodValue(additionalProperties, schemas), { maxKeys: 3 })).map(([some, more]) => ({ ...some, ...more }))
}

/** As a client would send it; what cannot be written as JSON is sent as text. */
function json(value: unknown): string {
  try {
    return JSON.stringify(value) ?? 'undefined'
  } catch {
    return fc.stringify(value)
  }
}

/** Some as clients should, some as they come. */
function encoded(value: string): string {
  return value.startsWith('%') || value.startsWith('..%') ? value : encodeURIComponent(value.toWellFormed())
}

function headerSafe(value: string): string {
  return value.replaceAll(/[^\x20-\x7e]/g, '?')
}
