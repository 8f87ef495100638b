import { DeployError } from '../deploy/failure.ts'

interface Meaning {
  detail: (file: string, words: string) => string
  /** Absent: the reason's own. */
  fix?: string
}

const isDamaged: Meaning = {
  detail: (file, words) => `${file} is damaged (${words})`,
  fix: 'Put a copy of it back, or move it away to begin anew.',
}

/** SQLite's primary result codes that mean something to a person (sqlite.org/rescode.html). */
const meanings: Record<number, Meaning> = {
  5: { detail: (file) => `${file} belongs to another process: one control plane works on it at a time`, fix: '`torii down` ends it.' },
  8: { detail: (file, words) => `${file} cannot be written (${words})` },
  10: { detail: (file, words) => `${file} could not be read or written (${words})` },
  11: isDamaged,
  14: { detail: (file, words) => `${file} cannot be opened (${words})` },
  26: isDamaged,
}
const full = 13

/** What SQLite threw, as what it means; anything else as it is. */
export function sqliteTrouble(error: unknown, file: string): unknown {
  if (!(error instanceof Error) || !('errcode' in error)) return error
  const code = Number(error.errcode) & 0xff
  if (code === full) return new DeployError('disk_full', `${file} could not be written`, { cause: error })
  const meaning = meanings[code]
  return meaning === undefined ? error : new DeployError('state_unusable', meaning.detail(file, error.message), { fix: meaning.fix, cause: error })
}

export function damaged(file: string, words: string): DeployError {
  return new DeployError('state_unusable', isDamaged.detail(file, words), { fix: isDamaged.fix })
}
