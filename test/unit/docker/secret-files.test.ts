import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { secretFilesOf, secretsIn } from '../../../src/docker/secret-files.ts'

let home: string
const folder = () => join(home, 'revisions/torii-a-r1/files')
const file = () => join(folder(), 'secret-pin')
const mounted = () => [...secretFilesOf([{ Type: 'bind', Source: file() }]).keys()]
const inFolder = () => [...secretsIn(folder()).keys()]

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'torii-secret-files-'))
  mkdirSync(folder(), { recursive: true })
})

afterEach(() => rmSync(home, { recursive: true }))

test('a secret that was written anew at the same path is the new one', () => {
  writeFileSync(file(), 'first-rosebud')
  const before = [mounted(), inFolder()]
  rmSync(folder(), { recursive: true })
  mkdirSync(folder())
  writeFileSync(file(), 'other-rosebud')

  expect(before).toEqual([['first-rosebud'], ['first-rosebud']])
  expect([mounted(), inFolder()]).toEqual([['other-rosebud'], ['other-rosebud']])
})

test('one that is not there yet is looked for again', () => {
  const before = [mounted(), inFolder()]
  writeFileSync(file(), 'late-rosebud')

  expect([before, mounted(), inFolder()]).toEqual([[[], []], ['late-rosebud'], ['late-rosebud']])
})

test('a secret and a config of one name are both known', () => {
  writeFileSync(file(), 'of-the-secret')
  writeFileSync(join(folder(), 'secret-token'), 'of-the-token')
  writeFileSync(join(folder(), 'config-token'), 'of-the-config')

  expect(inFolder().toSorted()).toEqual(['of-the-config', 'of-the-secret', 'of-the-token'])
})
