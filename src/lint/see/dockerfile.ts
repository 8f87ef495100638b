import { DockerfileParser, type From, type Instruction } from 'dockerfile-ast'
import { interpolate } from '../../extension/interpolate.ts'
import { offsetOf, type Place, type Source } from './source.ts'

type Range = ReturnType<Instruction['getRange']>

/** A Dockerfile in its stages. */
export interface Dockerfile {
  source: Source
  stages: Stage[]
  place(range: Range | null): Place
  /** False: it stands inside a Compose file (`dockerfile_inline`), whose place is all that is known. */
  isFile: boolean
}

export interface Stage {
  name: string | null
  from: Instruction
  /** What FROM names: an earlier stage, or an image with its ARGs put in; neither: it cannot be known. */
  base: { stage: Stage | null; image: string | null; at: Place }
  /** Without FROM. */
  instructions: Instruction[]
}

export interface DockerfileInput {
  source: Source
  /** `build.args`: they win over the defaults of ARG. */
  args?: Record<string, string>
  /** Of `dockerfile_inline`: where that stands. */
  inside?: Place
}

const known = new WeakMap<Source, ReturnType<typeof DockerfileParser.parse>>()

/** Services that build the same file with other arguments share this part. */
function syntaxOf(source: Source) {
  const parsed = known.get(source) ?? DockerfileParser.parse(source.text)
  known.set(source, parsed)
  return parsed
}

/** Never throws: whatever is not understood is left out, and named by the rules of Dockerfiles. */
export function parseDockerfile({ source, args = {}, inside }: DockerfileInput): Dockerfile {
  const place = (range: Range | null) => inside ?? placeOf(source, range)
  const parsed = syntaxOf(source)
  const defaults = parsed.getInitialARGs().map((arg) => [arg.getProperty()?.getName() ?? '', arg.getProperty()?.getValue() ?? undefined] as const)
  const values = { ...Object.fromEntries(defaults.filter((each): each is readonly [string, string] => each[1] !== undefined)), ...args }
  const stages: Stage[] = []
  const named = new Map<string, Stage>()
  for (const instruction of parsed.getInstructions()) {
    if (instruction.getKeyword() !== 'FROM') stages.at(-1)?.instructions.push(instruction)
    else {
      const stage = stageOf(instruction as From, named, values, place)
      for (const name of [stage.name ?? '', String(stages.length)]) if (!named.has(name)) named.set(name, stage)
      stages.push(stage)
    }
  }
  return { source: inside?.source ?? source, stages, place, isFile: inside === undefined }
}

/** The stage that is built: `build.target`, else the last. */
export function builtStage({ stages }: Dockerfile, target: string | null): Stage | null {
  if (target === null) return stages.at(-1) ?? null
  return stages.find(({ name }, index) => name === target.toLowerCase() || String(index) === target) ?? null
}

/** A stage and those it is made from, the nearest first. */
export function ancestry(stage: Stage): Stage[] {
  const line = [stage]
  for (let next = stage.base.stage; next !== null; next = next.base.stage) line.push(next)
  return line
}

/** The image that a stage is made from in the end; null: not known. */
export function baseImage(stage: Stage): string | null {
  return ancestry(stage).at(-1)?.base.image ?? null
}

/** `before`: earlier stages by name and by number. */
function stageOf(from: From, before: ReadonlyMap<string, Stage>, args: Record<string, string>, place: Dockerfile['place']): Stage {
  const text = interpolate(from.getImage() ?? '', args)
  const stage = text === '' ? null : (before.get(text.toLowerCase()) ?? null)
  const image = stage !== null || text === '' || text.includes('$') ? null : text
  return { name: from.getBuildStage()?.toLowerCase() ?? null, from, base: { stage, image, at: place(from.getImageRange()) }, instructions: [] }
}

function placeOf(source: Source, range: Range | null): Place {
  if (range === null) return { source, start: 0, end: 0 }
  const at = ({ line, character }: Range['start']) => offsetOf(source, { line: line + 1, column: character + 1 })
  return { source, start: at(range.start), end: at(range.end) }
}
