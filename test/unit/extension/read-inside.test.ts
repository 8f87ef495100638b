import { execFileSync } from 'node:child_process'
import { rmSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { readLimited } from '../../../src/extension/read-limited.ts'
import { readNow } from '../../../src/extension/read-now.ts'
import { rewriteExtension } from '../../../src/extension/rewrite.ts'
import { realWorld } from '../../../src/extension/world.ts'
import { aFolder, anInput, aSource, config, machine, refusalOf, resolvedOf } from './makers.ts'

describe('a file of the extension', () => {
  test('is read where it lies when it is open, whatever its links say', async () => {
    const folder = aFolder({ 'in/x': 'inside' })
    const outside = aFolder({ token: 'of Torii' })
    symlinkSync('in/x', join(folder, 'near'))
    symlinkSync(join(outside, 'token'), join(folder, 'far'))
    symlinkSync(outside, join(folder, 'farFolder'))

    expect(Buffer.from(readNow(join(folder, 'near'), 'x', { folder })).toString()).toBe('inside')
    expect(await readLimited(join(folder, 'near'), 'x', folder)).toBe('inside')
    for (const name of ['far', 'farFolder/token']) {
      const denied = "policy_denied: The extension asks for something the policy denies: x leads outside the extension's folder."
      expect(await refusalOf(() => readNow(join(folder, name), 'x', { folder }))).toBe(denied)
      expect(await refusalOf(() => readLimited(join(folder, name), 'x', folder))).toBe(denied)
    }
  })

  test('is none of Torii’s own, though its home lies in the folder', async () => {
    const folder = aFolder({ 'home/token': 'secret', 'home/app/x': 'mine' })
    const world = realWorld({ ...config, home: join(folder, 'home') }, 'inst')

    expect(await refusalOf(() => world.readFile(join(folder, 'home/token'), 'x', folder))).toMatch(/^policy_denied: /)
    expect(Buffer.from(world.readFile(join(folder, 'home/app/x'), 'x', join(folder, 'home/app'))).toString()).toBe('mine')
  })

  test('is a regular file, and a FIFO does not block', async () => {
    const folder = aFolder()
    execFileSync('mkfifo', [join(folder, 'fifo')])

    expect(await refusalOf(() => readNow(join(folder, 'fifo'), 'x', { folder }))).toMatch(/x is not a regular file/)
  })
})

test('a secret’s file that was swapped after admit for a link to the host is refused when it is read', async () => {
  const folder = aFolder({ 'data/key': 'mine' })
  const outside = aFolder({ token: 'of Torii' })
  const secrets = { key: { file: join(folder, 'data/key') } }
  const input = anInput(resolvedOf({ web: { image: 'nginx', secrets: [{ source: 'key' }] } }, { secrets }), { source: aSource({ folder }) })
  expect(rewriteExtension(input, machine).files.map(({ content }) => content)).toEqual(['mine'])

  rmSync(join(folder, 'data/key'))
  symlinkSync(join(outside, 'token'), join(folder, 'data/key'))

  expect(await refusalOf(() => rewriteExtension(input, machine))).toMatch(/^policy_denied: .*secrets\.key\.file leads outside the extension's folder/)
})
