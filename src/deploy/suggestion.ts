/** What `torii suggest` found for one service: every claim is something that was run. */
export interface Suggestion {
  service: string
  image: string
  /** Where it was tried; null: it never ran. */
  where: 'running_container' | 'throw_away_container' | null
  listens: Listening[]
  /** In the order they were run. */
  tries: Try[]
  /** The first that ended with exit code 0; null: none did. */
  works: Try | null
  /** Both forms of what works, with the guide's timings; null where nothing does, or what works is its own check. */
  dockerfile: string | null
  compose: string | null
  /** A check of ours, from outside, that passed just now: what remains for an image without any tool. */
  outside: { xTorii: string; status: number | null; ms: number } | null
  /** It needs none: a one-shot, or a worker, which nobody asks anything. */
  needsNone: boolean
  /** What people should know; '' where there is nothing. */
  note: string
}

export interface Listening {
  address: string
  port: number
}

export interface Try {
  tool: string
  /** As Compose and Docker take it. */
  test: string[]
  /** 127: it is not in the image; null: it did not end in time. */
  exit: number | null
  ms: number
  /** The end of what it printed. */
  output: string
}
