import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { sweepEnvFiles } from '../../../src/docker/compose.ts'

test('variables that a killed server left are removed, and nothing else', async () => {
  const home = mkdtempSync(join(tmpdir(), 'torii-sweep-'))
  await sweepEnvFiles({ home })
  mkdirSync(join(home, 'compose/home'), { recursive: true })
  writeFileSync(join(home, 'compose/env-1'), 'TOKEN=x')

  await sweepEnvFiles({ home })

  expect(readdirSync(join(home, 'compose'))).toEqual(['home'])
  rmSync(home, { recursive: true })
})
