export interface ServerEvent {
  /** '' where the server gave none. */
  id: string
  event: string
  data: string
}

/** Server-sent events out of the chunks of an answer. An event that was cut off in the middle is none. */
export async function* serverEvents(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<ServerEvent> {
  let fresh: ServerEvent = { id: '', event: 'message', data: '' }
  for await (const line of linesOf(chunks)) {
    if (line !== '') fresh = withField(fresh, line)
    else {
      if (fresh.data !== '') yield { ...fresh, data: fresh.data.slice(0, -1) }
      fresh = { id: '', event: 'message', data: '' }
    }
  }
}

/** Whole lines, without what ends them. */
export async function* linesOf(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder()
  let rest = ''
  for await (const chunk of chunks) {
    const lines = `${rest}${decoder.decode(chunk, { stream: true })}`.split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines) yield line.endsWith('\r') ? line.slice(0, -1) : line
  }
}

function withField(event: ServerEvent, line: string): ServerEvent {
  const [, name, value = ''] = /^([^:]*)(?:: ?(.*))?$/s.exec(line) ?? []
  if (name === 'data') return { ...event, data: `${event.data}${value}\n` }
  if (name === 'id') return { ...event, id: value }
  if (name === 'event') return { ...event, event: value }
  return event
}
