import type { FastifySchemaValidationError } from 'fastify'
import { cleanText } from '../text/clean.ts'

/** What Fastify says of a request that breaks its schema. */
export interface Violated {
  validation: FastifySchemaValidationError[]
  validationContext: string | undefined
}

const places: Record<string, string> = { body: 'the body', querystring: 'the query', params: 'the address', headers: 'the headers' }

/** The first thing that is wrong, in a sentence; what it must be is the schema's own description. Never a value. */
export function violationSentence({ validation, validationContext = '' }: Violated): string {
  const place = places[validationContext] ?? 'the request'
  const [first] = validation as (FastifySchemaValidationError & { parentSchema?: { description?: string } })[]
  if (first === undefined) return `Something in ${place} is not as it should be.`
  const { keyword, instancePath, params, parentSchema, message = 'something else' } = first
  if (keyword === 'additionalProperties') return `There is no "${named(params['additionalProperty'])}" in ${place}.`
  if (keyword === 'required') return `"${named(params['missingProperty'])}" is missing in ${place}.`
  const what = parentSchema?.description ?? message.replace(/^must be /, '')
  if (instancePath === '') return `${capital(place)} must be ${what}.`
  return `"${named(instancePath.slice(1).replaceAll('/', '.'))}" in ${place} must be ${what}.`
}

function named(name: unknown): string {
  return cleanText(String(name), { max: 80 })
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}
