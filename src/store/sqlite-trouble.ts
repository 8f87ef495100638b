import { DeployError } from '../deploy/failure.ts'

/** SQLite's primary result codes that mean something to a person (sqlite.org/rescode.html). */
const sentences: Record<number, (file: string, words: string) => string> = {
  5: (file) => `${file} belongs to another process: one control plane works on it at a time. \`torii down\` ends it.`,
  8: (file, words) => `${file} cannot be written (${words}): see to whom it and its folder belong.`,
  10: (file, words) => `${file} could not be read or written (${words}): look at the disk it is on.`,
  11: damaged,
  14: (file, words) => `${file} cannot be opened (${words}): see to whom it and its folder belong.`,
  26: damaged,
}
const full = 13

/** What SQLite threw, as what it means; anything else as it is. */
export function sqliteTrouble(error: unknown, file: string): unknown {
  if (!(error instanceof Error) || !('errcode' in error)) return error
  const code = Number(error.errcode) & 0xff
  if (code === full) return new DeployError('disk_full', `${file} could not be written`, { cause: error })
  const sentence = sentences[code]?.(file, error.message)
  return sentence === undefined ? error : new Error(sentence, { cause: error })
}

export function damaged(file: string, words: string): string {
  return `${file} is damaged (${words}): put a copy of it back, or move it away to begin anew.`
}
