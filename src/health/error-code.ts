import { CheckFailure } from './check-failure.ts'

/** Error codes as libraries write them: ECONNREFUSED, ERR_TLS_CERT_ALTNAME_INVALID, P1001, SQLSTATE 28P01. */
const codes = /^(?:[A-Z][A-Z0-9_]{1,47}|[0-9A-Z]{5})$/
const names = /^[A-Za-z][A-Za-z0-9_]{1,47}$/
/** They say nothing that `error` does not. */
const empty = ['Error', 'AggregateError']

/**
 * An error as its code (`ECONNREFUSED`), looked for in its causes too (`fetch failed` has it there), else its class
 * (`MongoServerError`). Never its message: that may hold an address with a password.
 */
export function errorCode(error: unknown): string | undefined {
  if (error instanceof CheckFailure) return error.message
  const chain = [...causes(error)]
  return chain.map((each) => matching(each['code'], codes)).find(Boolean) ?? chain.map((each) => className(each)).find(Boolean)
}

/** The error and what is behind it. Five deep: a chain may be a ring. */
function* causes(error: unknown): Generator<Record<string, unknown>> {
  let each = error
  for (let depth = 0; depth < 5 && typeof each === 'object' && each !== null; depth++) {
    const found = each as Record<string, unknown>
    yield found
    each = found['cause'] ?? (Array.isArray(found['errors']) ? found['errors'][0] : undefined)
  }
}

function className({ name }: Record<string, unknown>): string | undefined {
  const found = matching(name, names)
  return found === undefined || empty.includes(found) ? undefined : found
}

function matching(value: unknown, pattern: RegExp): string | undefined {
  return typeof value === 'string' && pattern.test(value) ? value : undefined
}
