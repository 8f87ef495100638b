import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createRouteWriter, placeFirstRoutes, routesFolder } from '../../../src/traefik/route-writer.ts'

let home: string

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'torii-routes-'))
})

afterEach(() => rmSync(home, { recursive: true, force: true }))

const read = () => readFileSync(join(routesFolder(home), 'routes.yml'), 'utf8')
const inode = () => statSync(join(routesFolder(home), 'routes.yml')).ino

test('the file is in place when the promise says so, and nothing else is', async () => {
  await createRouteWriter(home)('one')

  expect(read()).toBe('one')
  expect(readdirSync(routesFolder(home))).toEqual(['routes.yml'])
  expect(readdirSync(join(home, 'traefik'))).toEqual(['dynamic'])
  expect(statSync(join(routesFolder(home), 'routes.yml')).mode & 0o777).toBe(0o600)
})

test('the last of many at once wins, and each waits for it or a newer one', async () => {
  const write = createRouteWriter(home)
  const texts = Array.from({ length: 50 }, (_, i) => `text ${i}`)

  await Promise.all(texts.map(write))

  expect(read()).toBe('text 49')
})

test('one that comes while another is written is not lost, nor is a return to the first', async () => {
  const write = createRouteWriter(home)
  await write('a')

  await Promise.all([write('b'), write('a')])
  expect(read()).toBe('a')
  await Promise.all([write('b'), write('c').then(() => write('d'))])

  expect(read()).toBe('d')
})

test('the same text is not written again, not even by another process', async () => {
  const write = createRouteWriter(home)
  await write('same')
  const before = inode()

  await write('same')
  await createRouteWriter(home)('same')

  expect(inode()).toBe(before)
})

test('a failed write fails its caller, and the next one tries again', async () => {
  const write = createRouteWriter(home)
  await write('a')
  rmSync(join(home, 'traefik'), { recursive: true })

  await expect(write('b')).rejects.toThrow('ENOENT')
  await write('b')

  expect(read()).toBe('b')
})

test('a first file never replaces one that is there', async () => {
  await placeFirstRoutes(home, 'first')
  await placeFirstRoutes(home, 'second')

  expect(read()).toBe('first')
})
