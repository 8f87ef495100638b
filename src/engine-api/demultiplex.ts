export type StreamName = 'stdout' | 'stderr'

/**
 * Takes the engine's frames apart: 8 bytes of header (stream, 3 zeros, length), then the payload, which is passed on as it
 * arrives and never collected. Without a terminal only; with one the stream is plain.
 */
export function createDemultiplexer(emit: (stream: StreamName, payload: Uint8Array) => void): (chunk: Buffer) => void {
  let header = Buffer.alloc(0)
  let left = 0
  let stream: StreamName = 'stdout'
  return (chunk) => {
    let at = 0
    while (at < chunk.length) {
      if (left > 0) {
        const payload = chunk.subarray(at, at + left)
        left -= payload.length
        at += payload.length
        emit(stream, payload)
      } else {
        const missing = 8 - header.length
        header = Buffer.concat([header, chunk.subarray(at, at + missing)])
        at += missing
        if (header.length < 8) return
        stream = header[0] === 2 ? 'stderr' : 'stdout'
        left = header.readUInt32BE(4)
        header = Buffer.alloc(0)
      }
    }
  }
}
