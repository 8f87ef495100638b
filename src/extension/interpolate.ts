/** Deeper defaults in defaults are left as they are. */
const deepest = 20

/** A variable as it is written: `$NAME` or `${NAME…}`; null: an opened brace that Compose cannot read. */
interface Variable {
  start: number
  end: number
  read: { name: string; operator: string; word: string } | null
}

/**
 * Compose's interpolation as far as it can be known before a deployment: variables that have a value or a default are put in, `$$` stays,
 * and what nobody knows yet stays as it is written. A value that is put in has its dollars doubled.
 */
export function interpolate(text: string, env: Record<string, string>, depth = 0): string {
  if (!text.includes('$') || depth > deepest) return text
  let result = ''
  let at = 0
  for (const variable of variablesIn(text)) {
    result += text.slice(at, variable.start) + (replacementOf(variable, env, depth) ?? text.slice(variable.start, variable.end))
    at = variable.end
  }
  return result + text.slice(at)
}

/** Names of the variables that Compose has to decide. */
export function variablesOf(text: string): string[] {
  return [...variablesIn(text)].map(({ read }) => read?.name ?? '')
}

/** Names of those that stand by themselves, without a default or a message: where nobody gives them, nothing is put in. */
export function plainVariablesOf(text: string): string[] {
  return [...variablesIn(text)].flatMap(({ read }) => (read !== null && read.operator === '' ? [read.name] : []))
}

export function hasVariable(text: string): boolean {
  return text.includes('$') && !variablesIn(text).next().done
}

/** An opened brace that Compose cannot read: it refuses the whole file (2.26). A lone `$` it takes as it is. */
export function brokenVariable(text: string, depth = 0): string | null {
  if (!text.includes('${') || depth > deepest) return null
  for (const { read, start, end } of variablesIn(text)) {
    if (read === null) return text.slice(start, end)
    const inner = brokenVariable(read.word, depth + 1)
    if (inner !== null) return inner
  }
  return null
}

function* variablesIn(text: string): Generator<Variable> {
  const opening = /\$(?:\$|\{|([A-Za-z_][A-Za-z0-9_]*))/g
  for (let match = opening.exec(text); match !== null; match = opening.exec(text)) {
    const { 0: whole, 1: name, index: start } = match
    if (whole === '$$') continue
    const end = whole === '${' ? closingBrace(text, opening.lastIndex) : opening.lastIndex
    yield { start, end, read: name === undefined ? braced(text.slice(start + 2, end)) : { name, operator: '', word: '' } }
    opening.lastIndex = end
  }
}

/** The inside of the braces with the closing one; without it nothing closes them. */
function braced(inner: string): Variable['read'] {
  const [, name, operator = '', word = ''] = /^([A-Za-z_][A-Za-z0-9_]*)(?:(:?[-?+])([\s\S]*))?\}$/.exec(inner) ?? []
  return name === undefined ? null : { name, operator, word }
}

/** null: not known. */
function replacementOf({ read }: Variable, env: Record<string, string>, depth: number): string | null {
  if (read === null) return null
  const value = Object.hasOwn(env, read.name) ? env[read.name] : undefined
  const isThere = value !== undefined && !(read.operator.startsWith(':') && value === '')
  if (read.operator.endsWith('+')) return isThere ? interpolate(read.word, env, depth + 1) : null
  if (isThere) return value.replaceAll('$', '$$$$')
  return read.operator.endsWith('-') ? interpolate(read.word, env, depth + 1) : null
}

/** Behind the brace that closes; the end of the text when none does. */
function closingBrace(text: string, from: number): number {
  let open = 1
  for (let at = from; at < text.length; at += 1) {
    if (text[at] === '}') open -= 1
    if (text[at] === '{' && text[at - 1] === '$') open += 1
    if (open === 0) return at + 1
  }
  return text.length
}
