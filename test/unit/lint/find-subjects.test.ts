import { mkdirSync, symlinkSync } from 'node:fs'
import { join, relative } from 'node:path'
import { expect, test } from 'vitest'
import { findSubjects } from '../../../src/lint/find-subjects.ts'
import { lintAll } from '../../../src/lint/lint.ts'
import { folderOf, said, tools } from './makers.ts'

const image = 'services: {web: {image: "a:1"}}\n'
const found = async (folder: string) => (await findSubjects(folder)).map((path) => relative(folder, path))

test('a folder that has a Compose file is one extension, also when there are others below', async () => {
  expect(await found(folderOf({ 'compose.yml': image, 'a/compose.yaml': image }))).toEqual([''])
})

test('of any other folder every extension below it, but for what others have made', async () => {
  const folder = folderOf({ 'b/compose.yaml': image, 'a/x/docker-compose.yml': image, 'node_modules/c/compose.yaml': image, '.git/compose.yaml': image })
  symlinkSync('..', join(folder, 'a/up'))
  mkdirSync(join(folder, 'c/compose.yaml'), { recursive: true })

  expect(await found(folder)).toEqual(['a/x', 'b'])
})

test('a Compose file that cannot be opened is told, and does not keep the others from being linted', async () => {
  const folder = folderOf({ 'b/compose.yaml': image, 'a/x': '' })
  symlinkSync('compose.yaml', join(folder, 'a/compose.yaml'))

  const { findings, extensions } = await lintAll(await findSubjects(folder), tools({ cwd: folder }))

  expect(extensions).toBe(2)
  expect(said(findings, 'T001')).toEqual(['a:1:1-1:1 error compose.yaml is a loop of symbolic links'])
})

test('an interruption ends it between two extensions', async () => {
  const folder = folderOf({ 'a/compose.yaml': image })

  await expect(lintAll(await findSubjects(folder), tools(), null, AbortSignal.abort(new Error('interrupted')))).rejects.toThrow('interrupted')
})
