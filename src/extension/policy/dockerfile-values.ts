import { isOurs } from '../image-reference.ts'
import { unquoted } from './dockerfile-lines.ts'

/** Every value that a name may have. Any of them may be the one that counts. */
export type Values = Map<string, Set<string>>

const variable = /\$(?:([A-Za-z_]\w*)|\{([A-Za-z_]\w*)(?::?[-+]([^${}]*))?\})/

/** More than an honest word ever has: of both. */
const mostTexts = 1000
const longest = 2000

/** Whether a word is an image of ours, whatever its variables are; also where that cannot be told. */
export function mayBeOurs(word: string, values: Values): boolean {
  const texts = new Set([word])
  for (const text of texts) {
    const found = variable.exec(text)
    if (found === null && (text.includes('$') || isForeign(unquoted(text)))) return true
    if (texts.size > mostTexts || text.length > longest) return true
    if (found === null) continue
    const [whole, plain, braced, otherwise = ''] = found
    // In quotes, so that what follows is no part of a name in the value.
    for (const value of [...(values.get(plain ?? braced ?? '') ?? []), otherwise, '']) texts.add(text.replace(whole, () => `"${value}"`))
  }
  return false
}

/**
 * An image of ours; an image id, by which the engine finds anybody's (a beginning of one too, which from 7 letters on is no name that people give);
 * and a path that leads elsewhere than it says, which no registry's name has.
 */
function isForeign(text: string): boolean {
  return isOurs(text) || /^(?:sha256:|[a-f0-9]{7,64}$)/.test(text) || /(?:^|\/)\.{1,2}\//.test(text)
}

export function valuesOf(pairs: [string, string][]): Values {
  const values: Values = new Map()
  for (const [name, value] of pairs) values.set(name, (values.get(name) ?? new Set()).add(value))
  return values
}
