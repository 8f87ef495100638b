import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type ServerEvent, serverEvents } from '../../../src/cli/sse.ts'

async function* chunksOf(bytes: Uint8Array, cuts: number[]): AsyncGenerator<Uint8Array> {
  const at = [...new Set([0, ...cuts.map((cut) => cut % (bytes.length + 1)), bytes.length])].sort((a, b) => a - b)
  for (const [index, start] of at.entries()) yield bytes.subarray(start, at[index + 1] ?? bytes.length)
}

async function read(text: string, cuts: number[] = []): Promise<ServerEvent[]> {
  return Array.fromAsync(serverEvents(chunksOf(new TextEncoder().encode(text), cuts)))
}

test('events have an id, a name and their data', async () => {
  expect(await read(': hello\n\nid: 7\nevent: x\ndata: {"a":1}\n\ndata:1\ndata:  2\r\n\r\n')).toEqual([
    { id: '7', event: 'x', data: '{"a":1}' },
    { id: '', event: 'message', data: '1\n 2' },
  ])
})

test('an event that was cut off is none', async () => {
  expect(await read('data: 1\n\ndata: 2\n')).toHaveLength(1)
})

test('it does not matter where the network cuts', async () => {
  const texts = fc.array(fc.string({ unit: 'grapheme', minLength: 1 }).filter((text) => !/[\r\n]/.test(text)))
  await fc.assert(
    fc.asyncProperty(texts, fc.array(fc.nat(2_000)), async (data, cuts) => {
      const events = await read(data.map((text, at) => `id: ${at}\ndata: ${text}\n\n`).join(''), cuts)

      expect(events).toEqual(data.map((text, at) => ({ id: String(at), event: 'message', data: text })))
    }),
  )
})
