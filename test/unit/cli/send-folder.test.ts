import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { CliError } from '../../../src/cli/cli-error.ts'
import { orRemoved, sendFolder } from '../../../src/cli/send-folder.ts'
import { createUploads } from '../../../src/uploads/uploads.ts'
import { createFakeClock } from '../../fakes/clock.ts'
import { aServer } from '../server/a-server.ts'
import { aPlace, filesIn, limits } from '../uploads/archives.ts'

const never = new AbortController().signal

function aFolder(files: Record<string, string>): string {
  const folder = join(aPlace(), 'shop')
  for (const [name, text] of Object.entries({ 'compose.yaml': 'services: {}\n', ...files })) {
    mkdirSync(join(folder, name, '..'), { recursive: true })
    writeFileSync(join(folder, name), text)
  }
  return folder
}

async function aReceiver(bytes = limits.bytes) {
  const uploads = createUploads(
    { home: aPlace(), limits: { ...limits, bytes }, quota: 10 * limits.bytes, keepFor: 1000 },
    { clock: createFakeClock({ auto: false }), log: { warn: () => {} } },
  )
  return { ...(await aServer({ uploads })), sent: (id: string) => uploads.use({ id, owner: 'local' }, async ({ path }) => filesIn(path)) }
}

test('a folder arrives as it is, and is named by its id', async () => {
  await using server = await aReceiver()
  const folder = aFolder({ 'www/index.html': 'hello' })

  const { upload, file } = await sendFolder(folder, server, never)

  expect(file).toBeUndefined()
  expect(await server.sent(upload)).toEqual(filesIn(folder))
})

test('a Compose file is sent with its folder, and named', async () => {
  await using server = await aReceiver()

  expect(await sendFolder(join(aFolder({ 'dev.yaml': '' }), 'dev.yaml'), server, never)).toMatchObject({ file: 'dev.yaml' })
})

test('a folder without a Compose file is refused as where it is not sent, and nothing is sent', async () => {
  await using server = await aReceiver()
  const folder = aPlace()

  await expect(sendFolder(folder, server, never)).rejects.toMatchObject({
    trouble: { reason: 'compose_invalid', detail: expect.stringContaining('there is no Compose file in') },
  })
  expect(server.logged.join('')).not.toContain('uploads')
})

test('a link is refused with its name, and nothing is sent', async () => {
  await using server = await aReceiver()
  const folder = aFolder({})
  symlinkSync('/etc/passwd', join(folder, 'passwd'))

  await expect(sendFolder(folder, server, never)).rejects.toThrow('"passwd" (a symbolic link)')
  expect(server.logged.join('')).not.toContain('uploads')
})

test('what the other side refuses is told in its words, also when it does not take all of it', async () => {
  await using server = await aReceiver(2048)
  const folder = aFolder({ large: 'x'.repeat(20_000_000) })

  const refusal = await sendFolder(folder, server, never).catch((error: unknown) => error)

  expect(refusal).toBeInstanceOf(CliError)
  expect(refusal).toMatchObject({ reason: 'upload_refused', exit: 3, message: expect.stringContaining('is larger than') })
})

test('a file that changes meanwhile is told by its name', async () => {
  await using server = await aReceiver()
  const folder = aFolder({ a: 'xxxx' })
  const upload: typeof server.api.upload = (...asked) => {
    writeFileSync(join(folder, 'a'), '')
    return server.api.upload(...asked)
  }
  const api = { ...server.api, upload }

  await expect(sendFolder(folder, { api }, never)).rejects.toThrow('"shop/a", which changed while it was sent')
})

test('what was sent for nothing is removed', async () => {
  await using server = await aReceiver()
  const sent = await sendFolder(aFolder({}), server, never)

  await expect(orRemoved(sent, server, Promise.reject(new Error('refused')))).rejects.toThrow('refused')

  await expect(server.sent(sent.upload)).rejects.toMatchObject({ trouble: { reason: 'not_found' } })
})
