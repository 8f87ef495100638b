import { expect, test } from 'vitest'
import { createClient } from '../../../src/cli/client.ts'
import { jsonText, neverShow, shown } from '../../../src/cli/output.ts'

test('a second value under one name leaves the first hidden', () => {
  neverShow({ OUTPUT_TOKEN: 'first-rosebud-71' })
  neverShow({ OUTPUT_TOKEN: 'second-rosebud-71' })

  expect(shown('first-rosebud-71 second-rosebud-71')).toBe('<OUTPUT_TOKEN> <OUTPUT_TOKEN>')
  expect(jsonText({ said: 'first-rosebud-71' })).not.toContain('rosebud')
})

const ways: [string, (client: ReturnType<typeof createClient>) => Promise<unknown>][] = [
  ['asking', (client) => client.ask('GET', '/system')],
  ['sending an archive', (client) => client.send('/uploads', { size: 0, chunks: noChunks() }, new AbortController().signal)],
]

test.each(ways)('the token is not shown by who is %s', async (way, use) => {
  const token = `token-for-${way.replaceAll(' ', '-')}-71`
  const client = createClient({ origin: 'http://127.0.0.1:1', address: '127.0.0.1:1', remote: false, credentials: async () => ({ token, ca: null }) })
  await expect(use(client)).rejects.toThrow()

  expect(shown(`said ${token}`)).toBe('said <API token>')
})

async function* noChunks(): AsyncGenerator<Buffer> {}
