import { isOurs } from '../image-reference.ts'
import { after, foreign, linesOf, unquoted, variantsOf, wordsOf } from './dockerfile-lines.ts'
import { mayBeOurs, type Values, valuesOf } from './dockerfile-values.ts'

/** What a build is given beside its Dockerfile. */
export interface Given {
  args: Record<string, string>
  target: string | null
  platform: string | null
}

/**
 * What a Dockerfile takes from elsewhere that it must not, each for people. No parser's one reading decides: what may be an image of ours in any
 * reading counts.
 */
export function foreignIn(text: string, given: Given): string[] {
  const plain = text.replace(/^\uFEFF/, '').replace(/\r(\n|$)/g, '$1')
  const control = /(?![\t\n])\p{Cc}/u.exec(plain)
  if (control !== null) return [`a control character (U+${(control[0].codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')})`]
  return [...new Set([...syntaxes(plain), ...imagesIn(linesOf(plain), given)])]
}

/** Whether a frontend may read the Dockerfile: Docker's own alone, others are programs. */
export function isFrontend(reference: string): boolean {
  return /^(docker\.io\/)?docker\/dockerfile(:[\w.-]+)?(@sha256:[a-f0-9]{64})?$/.test(reference)
}

/** BuildKit takes a frontend from the comments at the top, after `#` or `//`, and from JSON there, all after a line for the shell. */
function syntaxes(text: string): string[] {
  const rest = text.replace(/^#!.*\n?/, '')
  if (/^\s*\{/.test(rest)) return ['a JSON header']
  const lines = rest.split('\n')
  const end = lines.findIndex((line) => !/^\s*(#|\/\/|$)/.test(line))
  return lines.slice(0, end < 0 ? undefined : end).flatMap((line) => {
    const [, frontend] = /^\s*(?:#|\/\/)\s*syntax\s*=\s*(.*?)\s*$/i.exec(line) ?? []
    return frontend === undefined || isFrontend(frontend) ? [] : [`# syntax=${frontend}`]
  })
}

/** Words of FROM that have a variable. */
const mostWords = 100

function imagesIn(lines: string[], given: Given): string[] {
  const values = valuesOf([...lines.flatMap(defaultsIn), ...Object.entries(given.args), ...predefined(given)])
  const bases = lines.flatMap((line) => after('FROM', line) ?? [])
  const words = new Set(bases.flatMap(wordsOf))
  const open = [...words].filter((word) => word.includes('$'))
  if (open.length > mostWords || bases.some((base) => base.includes(foreign) && base.includes('$'))) return ['FROM with more than can be told']
  const named = [...words].filter((word) => mayBeOurs(word, values)).map((word) => `FROM ${word}`)
  return [...named, ...lines.flatMap((line) => setIn(line, values))]
}

/** `NAME=VALUE` after ARG; the value as it is written. */
function defaultsIn(line: string): [string, string][] {
  return wordsOf(after('ARG', line) ?? '').flatMap((word) => {
    const at = word.indexOf('=')
    return at < 0 ? [] : [[unquoted(word.slice(0, at)), word.slice(at + 1)]]
  })
}

/** What every build has (defaultArgs of dockerfile2llb), where the Compose file has a say in it. */
function predefined({ target, platform }: Given): [string, string][] {
  const parts = platform === null ? [] : [platform, ...platform.split('/')]
  const names = ['TARGETPLATFORM', 'TARGETOS', 'TARGETARCH', 'TARGETVARIANT']
  return [
    ...names.flatMap((name) => parts.map((part): [string, string] => [name, part])),
    ...(target === null ? [] : [['TARGETSTAGE', target] as [string, string]]),
  ]
}

/** Whatever is set to an image of ours: `--from=`, the `from=` of a mount, an ARG, and what is none of them. */
function setIn(line: string, values: Values): string[] {
  return variantsOf(line).flatMap((variant) => {
    const text = unquoted(variant)
    const set = [...text.matchAll(/=[ \uFFFD]*([^ \uFFFD,]+)/g)].flatMap(([, word = '']) => word.split('=').filter(isOurs))
    const taken = [...text.matchAll(/(?:--|[,=])from=([^ \uFFFD,]*)/gi)].flatMap(([, word = '']) => (mayBeOurs(word, values) ? [word] : []))
    const keys = [...text.matchAll(/(?:--mount=|,)type=(secret|ssh)(?![a-z])/gi)].map(([, type = '']) => `a mount of type ${type.toLowerCase()}`)
    return [...[...set, ...taken].map((word) => `from ${word}`), ...keys]
  })
}
