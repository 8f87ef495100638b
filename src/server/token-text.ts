import { createHash, randomBytes } from 'node:crypto'

/** Its beginning tells scanners of leaked secrets what it is, and the server whose it would be; the rest is 256 random bits. */
export interface TokenText {
  id: string
  text: string
}

export function newTokenText(): TokenText {
  const id = randomBytes(6).toString('hex')
  return { id, text: `torii_${id}_${randomBytes(32).toString('base64url')}` }
}

/** The id of what may be a token; null: it is none of ours. */
export function idIn(text: string): string | null {
  return /^torii_([0-9a-f]{12})_[\w-]{43}$/.exec(text)?.[1] ?? null
}

/** Digests have one length and say nothing of the token, so comparing them takes the same time whatever was sent. */
export function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}
