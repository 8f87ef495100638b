import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll } from 'vitest'
import { openStore } from '../../src/store/store.ts'
import { createFakeClock } from '../fakes/clock.ts'

const folders: string[] = []

/** A folder that is removed when the tests of this file are through. */
export function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'torii-store-'))
  folders.push(folder)
  return folder
}

export function openIn(folder: string) {
  return openStore({ file: join(folder, 'torii.db'), pool: '10.213.0.0/16', clock: createFakeClock({ auto: false }) })
}

afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true })
})
