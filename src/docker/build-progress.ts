/** One line of `docker buildx build --progress rawjson` (BuildKit's SolveStatus). */
export interface BuildLine {
  vertexes?: Vertex[] | null
  logs?: { vertex: string; data?: string }[] | null
}

interface Vertex {
  digest: string
  name: string
  completed?: string
  error?: string
}

export interface BuildSeen {
  vertexes: ReadonlyMap<string, Vertex>
  /** The last lines of each vertex. */
  logs: ReadonlyMap<string, string[]>
}

export const nothingBuilt: BuildSeen = { vertexes: new Map(), logs: new Map() }

const keptLines = 20

export function withBuildLine(build: BuildSeen, line: BuildLine): BuildSeen {
  const vertexes = new Map(build.vertexes)
  for (const vertex of line.vertexes ?? []) vertexes.set(vertex.digest, { ...vertexes.get(vertex.digest), ...vertex })
  const logs = new Map(build.logs)
  for (const { vertex, data = '' } of line.logs ?? []) logs.set(vertex, lastLines(logs.get(vertex) ?? [], Buffer.from(data, 'base64').toString()))
  return { vertexes, logs }
}

/** BuildKit cuts logs anywhere: the last line kept may go on. */
function lastLines(lines: string[], text: string): string[] {
  const [first = '', ...rest] = text.split('\n')
  return [...lines.slice(0, -1), (lines.at(-1) ?? '') + first, ...rest].slice(-keptLines - 1)
}

/** Steps, not bytes: BuildKit does not know how much there is to do. */
export function stepsOf({ vertexes }: BuildSeen): { current: number; total: number; detail: string } {
  const all = [...vertexes.values()]
  const current = all.find((vertex) => vertex.completed === undefined) ?? all.at(-1)
  return { current: all.filter((vertex) => vertex.completed !== undefined).length, total: all.length, detail: current?.name ?? '' }
}

/** The step that failed, and what it printed last; null where BuildKit names none. */
export function failedStep({ vertexes, logs }: BuildSeen): { name: string; error: string; lines: string[] } | null {
  const failed = [...vertexes.values()].find(({ error }) => error !== undefined && error !== '' && !error.endsWith('context canceled'))
  if (failed === undefined) return null
  const lines = (logs.get(failed.digest) ?? []).filter((line) => line.trim() !== '')
  return { name: failed.name, error: failed.error ?? '', lines: lines.slice(-keptLines) }
}
