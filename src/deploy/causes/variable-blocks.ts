import type { Case } from './case.ts'

const most = 10
const name = /^[A-Z][A-Z0-9_]{1,60}$/

/**
 * Libraries that judge the whole environment say so in a block, which is the last they print: pydantic-settings 2, envalid 8, zod 3 and 4 (and
 * t3-env on them). The names of all that is missing; empty: it ends in no such block.
 */
export function blockOf({ seen }: Pick<Case, 'seen'>): string[] {
  const text = (seen?.logs ?? '').slice(-12_000)
  const found = [pydantic(text), envalid(text), zod(text), listed(text)].find((names) => names.length > 0) ?? []
  return [...new Set(found)].slice(0, most)
}

/** Field names are the variables', in lower case. Only of settings: a model of a request is validated in the same words. */
function pydantic(text: string): string[] {
  const at = text.lastIndexOf('ValidationError: ')
  if (at < 0 || !/pydantic_settings|BaseSettings/.test(text)) return []
  const block = text.slice(at)
  const names = [...block.matchAll(/^(\w{1,60})\n {1,4}Field required/gm)].map((found) => (found[1] ?? '').toUpperCase())
  const rest = block
    .split('\n')
    .slice(1)
    .filter((line) => line.trim() !== '' && !/^\s|^\w{1,60}$/.test(line))
  return rest.length === 0 ? names : []
}

function envalid(text: string): string[] {
  const at = text.lastIndexOf('Missing environment variables:')
  if (at < 0) return []
  const lines = text.slice(at).split('\n').slice(1)
  const end = lines.findIndex((line) => !/^\s+[A-Z][A-Z0-9_]*: /.test(line))
  return lines.slice(0, Math.max(0, end)).flatMap((line) => /^\s+([A-Z][A-Z0-9_]*): /.exec(line)?.[1] ?? [])
}

/** Only names of variables, and only what was not there at all. */
function zod(text: string): string[] {
  const at = text.lastIndexOf('ZodError: [')
  if (
    at < 0 ||
    text
      .slice(at)
      .split('\n')
      .filter((line) => /^[A-Za-z]/.test(line) && !/^ZodError|^Node\.js v/.test(line)).length > 0
  )
    return []
  const issues = text
    .slice(at)
    .split(/^ {2}\{$/m)
    .slice(1)
  return issues.flatMap((issue) => {
    const path = /"path": \[\s*"([^"]{1,60})"\s*\]/.exec(issue)?.[1] ?? ''
    return name.test(path) && /received undefined|"received": "undefined"|Required/.test(issue) ? [path] : []
  })
}

/** `Invalid environment variables: { DATABASE_URL: [ 'Required' ], … }`, over one line or several. */
function listed(text: string): string[] {
  const at = text.search(/Invalid environment variables:? ?[{[]/)
  if (at < 0) return []
  const [block = '', ...frames] = text.slice(at).split(/^\s+at /m)
  const after = [...block.split('\n').slice(1), ...(frames.at(-1) ?? '').split('\n').slice(1)]
  // It goes on: then it ended by something else.
  if (after.some((line) => /^[^\s[\](){}]/.test(line) && !/^(?:Node\.js v|Error: Invalid environment)|^\S*\/|^throw /.test(line))) return []
  return [...block.matchAll(/\b([A-Z][A-Z0-9_]{1,60}): \[|path: \[ ?'([A-Z][A-Z0-9_]{1,60})'/g)].map((found) => found[1] ?? found[2] ?? '')
}
