import { execFileSync } from 'node:child_process'
import {
  chmodSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { open } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { copyContext } from '../../../src/docker/copy-context.ts'

let home: string
const at = (path: string) => join(home, path)
const never = new AbortController().signal

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'torii-copy-'))
  for (const folder of ['context', 'context/sub', 'outside', 'own']) mkdirSync(at(folder))
  writeFileSync(at('context/sub/file'), 'mine')
  writeFileSync(at('outside/file'), 'theirs')
})

afterEach(() => rmSync(home, { recursive: true, force: true }))

/** `meanwhile` happens after the folder of an entry was listed, and before the entry is opened. */
async function copied({
  meanwhile = () => {},
  leftOut = () => false,
  most = 1000,
}: {
  meanwhile?: (path: string) => void
  leftOut?: (path: string) => boolean
  most?: number
} = {}) {
  const context = await open(at('context'))
  const look = (path: string) => {
    meanwhile(path)
    return leftOut(path)
  }
  await copyContext(context, at('copy'), { leftOut: look, own: statSync(at('own')), most, signal: never }).finally(() => context.close())
}

const text = (path: string) => {
  try {
    return readFileSync(at(path), 'utf8')
  } catch {
    return null
  }
}

function swapped(path: string, target: string): void {
  renameSync(at(path), at('elsewhere'))
  symlinkSync(at(target), at(path))
}

describe('nothing from outside gets into the copy when somebody swaps', { skip: process.platform !== 'linux' }, () => {
  test('the context for a link', async () => {
    await copied({ meanwhile: (path) => path === 'sub' && swapped('context', 'outside') })

    expect(text('copy/sub/file')).toBe('mine')
    expect(text('copy/file')).toBeNull()
  })

  test('a folder in it for a link', async () => {
    await copied({ meanwhile: (path) => path === 'sub' && swapped('context/sub', 'outside') })

    expect(text('copy/sub/file')).toBeNull()
  })

  test('a folder in it for a link, once that was opened', async () => {
    await copied({ meanwhile: (path) => path === 'sub/file' && swapped('context/sub', 'outside') })

    expect(text('copy/sub/file')).toBe('mine')
  })

  test('a file for a link', async () => {
    await copied({ meanwhile: (path) => path === 'sub/file' && swapped('context/sub/file', 'outside/file') })

    expect(text('copy/sub/file')).toBeNull()
  })
})

test('links stay links, modes and times stay what they are, and FIFOs are left out', async () => {
  symlinkSync('/etc', at('context/link'))
  execFileSync('mkfifo', [at('context/fifo')])
  writeFileSync(at('context/run'), '', { mode: 0o755 })
  chmodSync(at('context/sub'), 0o777)
  for (const path of ['context/run', 'context/sub']) utimesSync(at(path), 1000, 2000)

  await copied()

  expect(readdirSync(at('copy'))).toEqual(['link', 'run', 'sub'])
  expect(readlinkSync(at('copy/link'))).toBe('/etc')
  expect(lstatSync(at('copy/run'))).toMatchObject({ mode: 0o100755, mtimeMs: 2_000_000 })
  expect(lstatSync(at('copy/sub'))).toMatchObject({ mode: 0o40777, mtimeMs: 2_000_000 })
})

test('what is left out is not even opened, and no folder of Torii’s own is copied', async () => {
  renameSync(at('own'), at('context/own'))
  writeFileSync(at('context/own/key'), '')
  const own = statSync(at('context/own'))
  const context = await open(at('context'))

  await copyContext(context, at('copy'), { leftOut: (path) => path === 'sub', own, most: 0, signal: never }).finally(() => context.close())

  expect(readdirSync(at('copy'))).toEqual([])
})

test('a context that is larger than may be is refused', async () => {
  await expect(copied({ most: 3 })).rejects.toMatchObject({ trouble: { reason: 'build_failed', detail: expect.stringContaining('larger') } })
})
