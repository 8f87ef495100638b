/** Splits a stream of bytes into lines; a line longer than `limit` characters comes in pieces. Invalid UTF-8 becomes U+FFFD. */
export async function* linesOf(chunks: AsyncIterable<Uint8Array>, limit: number): AsyncGenerator<string> {
  const cut = createLineCutter(limit)
  for await (const chunk of chunks) yield* cut.push(chunk)
  yield* cut.end()
}

export interface LineCutter {
  push(chunk: Uint8Array): string[]
  /** What is left without a newline. */
  end(): string[]
}

export function createLineCutter(limit: number): LineCutter {
  const decoder = new TextDecoder()
  let rest = ''
  const cut = (text: string): string[] => {
    const lines = (rest + text).split('\n')
    rest = lines.pop() ?? ''
    const long = rest.length < limit ? [] : piecesOf(rest, limit)
    rest = long.length === 0 ? rest : (long.pop() ?? '')
    return [...lines.flatMap((line) => piecesOf(line.replace(/\r$/, ''), limit)), ...long]
  }
  const end = () => {
    const last = cut(decoder.decode())
    return rest === '' ? last : [...last, rest]
  }
  return { push: (chunk) => cut(decoder.decode(chunk, { stream: true })), end }
}

function piecesOf(line: string, limit: number): string[] {
  const count = Math.max(1, Math.ceil(line.length / limit))
  return Array.from({ length: count }, (_, index) => line.slice(index * limit, (index + 1) * limit))
}
