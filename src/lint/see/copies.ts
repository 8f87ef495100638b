import type { Copy, Instruction } from 'dockerfile-ast'
import { ancestry, type Dockerfile, type Stage } from './dockerfile.ts'
import { argumentsOf } from './image-config.ts'

/** A file or folder of the build context that an instruction copies. */
export interface Copied {
  instruction: Instruction
  /** As it is written. */
  written: string
}

/**
 * Everything that the build of a stage copies from its context, as far as it can be told: no patterns, which may match nothing (BuildKit), no
 * variables, no addresses.
 */
export function copiesOf(stage: Stage, dockerfile: Dockerfile): Copied[] {
  return stagesOf(stage, dockerfile).flatMap(({ instructions }) =>
    instructions.filter((each) => /^(COPY|ADD)$/.test(each.getKeyword())).flatMap((instruction) => sourcesOf(instruction)),
  )
}

/** The stage, those it is made from, and those they copy from. */
function stagesOf(stage: Stage, { stages }: Dockerfile): Stage[] {
  const found = new Set<Stage>()
  const waiting = [stage]
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    for (const each of ancestry(next).filter((one) => !found.has(one))) {
      found.add(each)
      const named = new Set(each.instructions.flatMap((instruction) => flagsOf(instruction).flatMap(stageIn)))
      waiting.push(...stages.filter(({ name }, index) => named.has(name ?? '') || named.has(String(index))))
    }
  }
  return [...found]
}

/** "--from=build", "--mount=type=bind,from=build"; the library keeps them apart from the arguments. */
function flagsOf(instruction: Instruction): string[] {
  return 'getFlags' in instruction ? (instruction as Copy).getFlags().map((flag) => flag.toString()) : []
}

function stageIn(flag: string): string[] {
  const [, name] = /^--(?:from=|mount=.*?\bfrom=)([^,\s]+)/.exec(flag) ?? []
  return name === undefined ? [] : [name.toLowerCase()]
}

function sourcesOf(instruction: Instruction): Copied[] {
  const text = argumentsOf(instruction)
  if (flagsOf(instruction).some((flag) => /^--(from|parents)\b/.test(flag)) || text.includes('<<')) return []
  const list = jsonWords(text) ?? text.split(/\s+/).filter((word) => word !== '')
  const sources = list.slice(0, -1).filter((word) => !/[*?[\]$"'\\]|:\/\/|^git@/.test(word))
  return sources.map((written) => ({ instruction, written }))
}

function jsonWords(text: string): string[] | null {
  const list = /\[[^\]]*\]\s*$/.exec(text)?.[0]
  if (list === undefined) return null
  try {
    const words: unknown = JSON.parse(list)
    return Array.isArray(words) && words.every((word) => typeof word === 'string') ? words : null
  } catch {
    return null
  }
}
