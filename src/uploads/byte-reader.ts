import { createHash } from 'node:crypto'
import { refused } from './refused.ts'

export interface ByteReader {
  /** So many bytes; fewer where the stream ends before. */
  take(count: number): Promise<Buffer>
  /** So many bytes in pieces, as they come. Rejects where the stream ends before. */
  pieces(count: number): AsyncGenerator<Uint8Array>
  /** What came so far. */
  bytes(): number
  /** Of what came so far, hexadecimal; to be asked once. */
  sha256(): string
  /** Nothing more is read: lets go of where it comes from. */
  close(): Promise<void>
}

/** Reads no more than is asked for, so that whoever sends is held back. Rejects with upload_refused beyond `most` bytes. */
export function createByteReader(chunks: AsyncIterable<Uint8Array>, most: number): ByteReader {
  const source = chunks[Symbol.asyncIterator]()
  const hash = createHash('sha256')
  let held: Buffer = Buffer.alloc(0)
  let bytes = 0

  const next = async (): Promise<Buffer | null> => {
    const { done, value } = await source.next()
    if (done) return null
    bytes += value.byteLength
    if (bytes > most) throw tooLarge(most)
    hash.update(value)
    return Buffer.from(value.buffer, value.byteOffset, value.byteLength)
  }
  /** At most so many bytes, at least one; null: the stream has ended. */
  const some = async (count: number): Promise<Buffer | null> => {
    while (held.length === 0) {
      const chunk = await next()
      if (chunk === null) return null
      held = chunk
    }
    const piece = held.subarray(0, count)
    held = held.subarray(piece.length)
    return piece
  }

  return {
    async take(count) {
      const pieces: Buffer[] = []
      let left = count
      for (let piece = left > 0 ? await some(left) : null; piece !== null; piece = left > 0 ? await some(left) : null) {
        pieces.push(piece)
        left -= piece.length
      }
      return pieces.length === 1 && pieces[0] ? pieces[0] : Buffer.concat(pieces)
    },
    async *pieces(count) {
      let left = count
      while (left > 0) {
        const piece = await some(left)
        if (piece === null) throw cutShort()
        left -= piece.length
        yield piece
      }
    },
    bytes: () => bytes,
    sha256: () => hash.digest('hex'),
    close: async () => {
      await source.return?.()
    },
  }
}

export function cutShort(): Error {
  return refused('ends in the middle', 'Send it again, whole: `tar` ends an archive with two empty blocks.')
}

export function tooLarge(most: number): Error {
  return refused(
    `is larger than ${most / 1024 ** 2} MiB`,
    'Leave out what is not needed, by a line in .toriiignore, or give TORII_UPLOAD_LIMIT of the control plane more MiB.',
  )
}
