import { mkdirSync, mkdtempSync, statSync, writeFileSync } from 'node:fs'
import { open, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { copyTree } from '../../../src/files/copy-tree.ts'

test.skipIf(process.platform !== 'linux')('a copy that fails goes on nowhere: whoever removes it then removes all of it', async () => {
  const place = mkdtempSync(join(tmpdir(), 'torii-copy-'))
  mkdirSync(join(place, 'from'))
  for (const name of ['bad', 'slow']) writeFileSync(join(place, 'from', name), '')
  const [begun, go] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
  const said: string[] = []
  const dress = async (copy: string) => {
    if (copy.endsWith('bad')) throw new Error('bad')
    begun.resolve()
    await go.promise
    said.push('the slow one has ended')
  }
  await using from = await open(join(place, 'from'))

  const copying = copyTree(from, join(place, 'to'), {
    ...{ own: statSync(tmpdir()), most: { bytes: 1, entries: 10 } },
    ...{ dress, signal: new AbortController().signal },
  }).catch((error: Error) => said.push(error.message))
  await begun.promise
  for (let turn = 0; turn < 50; turn++) await stat(place)
  go.resolve()
  await copying

  expect(said).toEqual(['the slow one has ended', 'bad'])
})
