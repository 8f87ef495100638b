/**
 * JSON documents between other lines, one after another: each on one line (buildx 0.17), or indented over several from a lone `{` to a
 * lone `}` (buildx 0.13). Answers the document when its last line has come, null in the middle of one, and the line itself when it is none.
 */
export function createDocumentReader(): (line: string) => { document: unknown } | { words: string } | null {
  let open: string[] | null = null
  return (line) => {
    if (open === null && line !== '{') return whole(line)
    open = [...(open ?? []), line]
    if (line !== '}') return null
    const text = open.join('\n')
    open = null
    return whole(text)
  }
}

function whole(text: string): { document: unknown } | { words: string } {
  try {
    return text.startsWith('{') ? { document: JSON.parse(text) } : { words: text }
  } catch {
    return { words: text }
  }
}
