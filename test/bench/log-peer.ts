import { createServer } from 'node:http'

/** The other ends of a log stream, each a process of its own: `engine SOCKET LINES` prints logs as Docker does, `reader URL TOKEN` reads them. */
const [, , role, where = '', what = ''] = process.argv

const line = (at: number) =>
  `2026-11-30T00:00:${String(at % 60).padStart(2, '0')}.000Z INFO  [http] GET /api/v1/items/${at} 200 in ${at % 97} ms from 10.213.0.${at % 250} "curl/8.${at % 9}"\n`

function framed(text: string): Buffer {
  const payload = Buffer.from(text)
  const header = Buffer.alloc(8)
  header[0] = 1
  header.writeUInt32BE(payload.length, 4)
  return Buffer.concat([header, payload])
}

function engine(socket: string, lines: number): void {
  // The json-file driver hands out a frame a line; some of them come together.
  const chunks = Array.from({ length: 100 }, (_, at) => Buffer.concat(Array.from({ length: 100 }, (_, each) => framed(line(at * 100 + each)))))
  const server = createServer(async ({ url = '' }, response) => {
    if (url.includes('/version')) return void response.end(JSON.stringify({ ApiVersion: '1.45', Version: '26.1.5', Os: 'linux', Arch: 'amd64' }))
    if (!url.includes('/logs')) return void response.end(JSON.stringify({ Config: { Tty: false } }))
    for (let sent = 0; sent < lines; sent += 100)
      if (!response.write(chunks[(sent / 100) % chunks.length])) await new Promise((resolve) => response.once('drain', resolve))
    response.end()
  })
  server.listen(socket, () => process.stdout.write('ready\n'))
}

async function reader(url: string, token: string): Promise<void> {
  const response = await fetch(url, { headers: { authorization: `Bearer ${token}` } })
  let bytes = 0
  for await (const chunk of response.body ?? []) bytes += (chunk as Uint8Array).length
  process.stdout.write(String(bytes))
}

if (role === 'engine') engine(where, Number(what))
else await reader(where, what)
