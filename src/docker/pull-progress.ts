/** One line of POST /images/create. */
export interface PullLine {
  status?: string
  id?: string
  progressDetail?: { current?: number; total?: number } | null
  error?: string
  errorDetail?: { message?: string } | null
}

export interface Bytes {
  current: number
  total: number
}

/** Layers by id. */
export type Layers = ReadonlyMap<string, Bytes>

/** What the layers are after this line: only downloads count, extracting is the same bytes again. */
export function withLine(layers: Layers, { id, status, progressDetail }: PullLine): Layers {
  if (id === undefined) return layers
  const known = layers.get(id)
  const { current = 0, total = 0 } = progressDetail ?? {}
  if (status === 'Downloading' && total > 0) return new Map(layers).set(id, { current: Math.min(current, total), total })
  const whole = status === 'Download complete' || status === 'Pull complete'
  return whole && known ? new Map(layers).set(id, { current: known.total, total: known.total }) : layers
}

export function bytesOf(layers: Layers): Bytes {
  return [...layers.values()].reduce((sum, layer) => ({ current: sum.current + layer.current, total: sum.total + layer.total }), { current: 0, total: 0 })
}

/** The registry's or the engine's words, where this line is the end of the pull. */
export function failureIn(line: PullLine): string | null {
  return line.errorDetail?.message ?? line.error ?? null
}
