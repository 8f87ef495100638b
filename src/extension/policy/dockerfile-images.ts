import { referenceTrouble } from '../image-reference.ts'
import { after, foreign, linesOf, unquoted, variantsOf } from './dockerfile-lines.ts'
import type { Given } from './dockerfile-scan.ts'
import { type Values, valuesOf } from './dockerfile-values.ts'

const variable = /\$(?:([A-Za-z_]\w*)|\{([A-Za-z_]\w*)(?:(:?[-+])([^${}]*))?\})/
/** More than an honest word ever has. */
const mostReadings = 200
const spaces = new RegExp(`[ ${foreign}]+`)

/**
 * Every image that a build may take something from: FROM, `--from=`, the `from=` of mounts, and the frontend; in every reading of its variables.
 * null: it cannot be told.
 */
export function imagesOf(text: string, { args }: Given): string[] | null {
  const plain = text.replace(/^\uFEFF/, '').replace(/\r(\n|$)/g, '$1')
  const lines = linesOf(plain)
  const values = valuesOf([...lines.flatMap(defaultsIn), ...Object.entries(args)])
  const stages = new Set<string>()
  const found = new Set<string>(frontendsOf(plain))
  for (const line of lines) {
    const bases = basesIn(line)
    for (const word of [...bases.map(({ image }) => image), ...takenIn(line)]) {
      const readings = readingsOf(word, values)
      if (readings === null) return null
      for (const reading of readings) if (isImage(reading, stages)) found.add(reading)
    }
    for (const { stage } of bases) if (stage !== null) stages.add(stage.toLowerCase())
  }
  return [...found]
}

/** A stage counts from the line after its own on; what is no reference makes the build fail. */
function isImage(reading: string, stages: Set<string>): boolean {
  return reading !== 'scratch' && !/^\d+$/.test(reading) && !stages.has(reading.toLowerCase()) && referenceTrouble(reading) === null
}

function basesIn(line: string): { image: string; stage: string | null }[] {
  const rest = after('FROM', line)
  if (rest === null) return []
  return variantsOf(rest).map((variant) => {
    const [image = '', as, stage] = variant.split(spaces).filter((word) => word !== '' && !word.startsWith('--'))
    return { image, stage: as?.toLowerCase() === 'as' && stage !== undefined ? unquoted(stage) : null }
  })
}

function takenIn(line: string): string[] {
  return variantsOf(line).flatMap((variant) => [...unquoted(variant).matchAll(/(?:--|[,=])from=([^ \uFFFD,]+)/gi)].map(([, word = '']) => word))
}

function defaultsIn(line: string): [string, string][] {
  const words = variantsOf(after('ARG', line) ?? '').flatMap((variant) => variant.split(spaces))
  return words.flatMap((word) => {
    const at = word.indexOf('=')
    return at <= 0 ? [] : [[unquoted(word.slice(0, at)), word.slice(at + 1)] as [string, string]]
  })
}

/** `# syntax=` names an image too: the program that reads the Dockerfile. */
function frontendsOf(text: string): string[] {
  const [, frontend] = /^(?:#!.*\n)?(?:\s*(?:#|\/\/).*\n)*?\s*(?:#|\/\/)\s*syntax\s*=\s*(\S+)/i.exec(text) ?? []
  return frontend === undefined ? [] : [frontend]
}

/** Whatever a word may be: with each value that its variables may have, and without. */
function readingsOf(word: string, values: Values): Set<string> | null {
  const texts = new Set([word])
  const read = new Set<string>()
  for (const text of texts) {
    if (texts.size > mostReadings || text.length > 2000) return null
    const found = variable.exec(text)
    if (found === null) {
      if (text.includes('$')) return null
      read.add(unquoted(text))
      continue
    }
    const [whole, plain, braced, , otherwise = ''] = found
    for (const value of [...(values.get(plain ?? braced ?? '') ?? []), otherwise, '']) texts.add(text.replace(whole, () => value))
  }
  return read
}
