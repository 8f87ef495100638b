import { type Static, type TObject, type TProperties, type TSchema, type TUnsafe, Type } from 'typebox'

/** Words of ours in the language of JSON Schema, as OpenAPI 3.1 and Fastify's validator read it. */

/** A named object: it appears once in the document, others refer to it. More fields may come, so it is not closed to readers. */
export function named<P extends TProperties>($id: string, properties: P): TObject<P> & { $id: string } {
  return Type.Object(properties, { $id }) as TObject<P> & { $id: string }
}

/** A reference to a named schema with its type. */
export function refTo<S extends TSchema>(schema: S): TUnsafe<Static<S>> {
  const { $id } = schema as { $id?: string }
  return Type.Unsafe<Static<S>>({ $ref: `${$id}#` })
}

export function oneOf<const T extends string>(...values: T[]): TUnsafe<T> {
  return Type.Unsafe<T>({ type: 'string', enum: values, description: `one of ${values.join(', ')}` })
}

export function orNull<S extends TSchema>(schema: S) {
  return Type.Union([schema, Type.Null()])
}
