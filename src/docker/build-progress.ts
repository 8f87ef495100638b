/** One line of `docker buildx build --progress rawjson` (BuildKit's SolveStatus). */
export interface BuildLine {
  vertexes?: Vertex[] | null
  logs?: { vertex: string; data?: string }[] | null
}

interface Vertex {
  digest: string
  name: string
  started?: string
  completed?: string
  error?: string
}

export interface BuildSeen {
  vertexes: ReadonlyMap<string, Vertex>
  /** The last lines of each vertex. */
  logs: ReadonlyMap<string, string[]>
}

export const nothingBuilt: BuildSeen = { vertexes: new Map(), logs: new Map() }

/** npm says why it failed before a page of help: so much is looked through for it, and so little of it is told. */
const keptLines = 400
const told = { last: 20, errors: 12 }

export function withBuildLine(build: BuildSeen, line: BuildLine): BuildSeen {
  const vertexes = new Map(build.vertexes)
  for (const vertex of line.vertexes ?? []) vertexes.set(vertex.digest, { ...before(vertex, vertexes), ...vertex })
  const logs = new Map(build.logs)
  for (const { vertex, data = '' } of line.logs ?? []) logs.set(vertex, lastLines(logs.get(vertex) ?? [], Buffer.from(data, 'base64').toString()))
  return { vertexes, logs }
}

/** A step may begin more than once (BuildKit 0.13): then it is not completed any more. */
function before({ digest, started }: Vertex, vertexes: ReadonlyMap<string, Vertex>): Partial<Vertex> {
  const last = vertexes.get(digest)
  if (last === undefined || started === undefined || started === last.started) return last ?? {}
  const { completed: _, ...again } = last
  return again
}

/** BuildKit cuts logs anywhere: the last line kept may go on. */
function lastLines(lines: string[], text: string): string[] {
  const [first = '', ...rest] = text.split('\n')
  return [...lines.slice(0, -1), (lines.at(-1) ?? '') + first, ...rest].slice(-keptLines - 1)
}

/** Steps, not bytes: BuildKit does not know how much there is to do. All steps are known from the beginning; the one that began last is told. */
export function stepsOf({ vertexes }: BuildSeen): { current: number; total: number; detail: string } {
  const all = [...vertexes.values()]
  const begun = all.filter(({ started }) => started !== undefined).toSorted(latestFirst)
  const current = begun.find(({ completed }) => completed === undefined) ?? begun[0] ?? all.findLast(({ completed }) => completed !== undefined)
  return { current: all.filter((vertex) => vertex.completed !== undefined).length, total: all.length, detail: current?.name ?? '' }
}

/** Stamps of the same clock, in nanoseconds with their zeros cut off. */
function latestFirst(one: Vertex, other: Vertex): number {
  const [a, b] = [one, other].map(({ started = '' }) => started.replace('Z', ''))
  return a === b ? 0 : (a ?? '') < (b ?? '') ? 1 : -1
}

/** The step that failed, and what it printed last; null where BuildKit names none. */
export function failedStep({ vertexes, logs }: BuildSeen): { name: string; error: string; lines: string[] } | null {
  const failed = [...vertexes.values()].find(({ error }) => error !== undefined && error !== '' && !error.endsWith('context canceled'))
  if (failed === undefined) return null
  const lines = (logs.get(failed.digest) ?? []).filter((line) => line.trim() !== '')
  return { name: failed.name, error: failed.error ?? '', lines: [...errorsIn(lines.slice(0, -told.last)), ...lines.slice(-told.last)] }
}

/** The first lines that say that they are errors: what follows is help, and what came of it. */
function errorsIn(lines: string[]): string[] {
  return lines.filter((line) => /\b(?:error|ERR!|fatal|failed|cannot|unable)\b(?! *$)/i.test(line)).slice(0, told.errors)
}
