import { isOurs } from '../image-reference.ts'

/**
 * What a Dockerfile takes from elsewhere that it must not, each for people. No parser's one reading decides: lines are joined as either escape
 * character would join them, and not at all, and what any reading finds counts.
 */
export function foreignIn(text: string, args: Record<string, string>): string[] {
  const plain = text.replace(/^\uFEFF/, '').replaceAll('\r', '')
  return [...new Set([...syntaxes(plain), ...readings(plain).flatMap((reading) => imagesIn(reading, args))])]
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

function readings(text: string): string[] {
  const lines = text.split('\n')
  // Comments and empty lines inside an instruction are no part of it.
  const bare = lines.filter((line) => !/^\s*(#|$)/.test(line)).join('\n')
  return [text, ...[/\\[ \t]*\n/g, /`[ \t]*\n/g].map((joint) => bare.replace(joint, ''))]
}

function imagesIn(text: string, args: Record<string, string>): string[] {
  const defaults = [...text.matchAll(/^\s*ARG\s+(.+)$/gim)].flatMap(([, words = '']) =>
    [...words.matchAll(/(\w+)=("[^"]*"|'[^']*'|\S*)/g)].map(([, name = '', value = '']): [string, string] => [name, unquoted(value)]),
  )
  const from = [...text.matchAll(/^\s*(?:ONBUILD\s+)?FROM\s+(?:--\S+\s+)*(\S+)/gim)].map(([, image = '']) => ({ word: 'FROM', image }))
  const copied = [...text.matchAll(/--from=(\S+)/gi)].map(([, image = '']) => ({ word: '--from', image }))
  const mounted = [...text.matchAll(/--mount=\S*?\bfrom=([^,\s]+)/gi)].map(([, image = '']) => ({ word: '--mount from', image }))
  return [...from, ...copied, ...mounted].flatMap(({ word, image }) => (mayBeOurs(image, defaults, args) ? [`${word} ${image}`] : []))
}

/** Any of an ARG's values may be the one that counts. */
function mayBeOurs(image: string, defaults: [string, string][], args: Record<string, string>): boolean {
  const values = new Map<string, string[]>()
  for (const [name, value] of [...defaults, ...Object.entries(args)]) values.set(name, [...(values.get(name) ?? []), value])
  return [...expansions(unquoted(image), values, 0)].some((each) => each === null || isOurs(unquoted(each)))
}

const mostExpansions = 64

/** null: it cannot be told. */
function expansions(text: string, values: Map<string, string[]>, depth: number): Set<string | null> {
  const found = /\$(?:(\w+)|\{(\w+)(?:(:?[-+])([^${}]*))?\})/.exec(text)
  if (found === null) return new Set([text.includes('$') ? null : text])
  if (depth > 12) return new Set([null])
  const [whole, plain, braced, , word] = found
  const own = values.get(plain ?? braced ?? '') ?? []
  const all = new Set<string | null>()
  for (const value of new Set([...own, word ?? '', ''])) {
    for (const each of expansions(
      text.replace(whole, () => value),
      values,
      depth + 1,
    ))
      all.add(each)
    if (all.size > mostExpansions) return new Set([null])
  }
  return all
}

function unquoted(text: string): string {
  return text.replace(/["'\\`]/g, '')
}
