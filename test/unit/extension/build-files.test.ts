import { execFileSync } from 'node:child_process'
import { rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { createExtensions } from '../../../src/extension/extensions.ts'
import { parseModel } from '../../../src/extension/model-text.ts'
import { findings } from '../../../src/extension/policy/policy.ts'
import { contextOf } from '../../../src/extension/world.ts'
import { aFolder, aSource, config, machine, ref, refusalOf, resolvedOf } from './makers.ts'

function rulesOf(folder: string, build: Record<string, unknown> = {}): string[] {
  const model = parseModel(resolvedOf({ web: { build: { context: folder, ...build } } }))
  return findings(model, contextOf(model, { folder }, ref, machine)).map(({ rule }) => rule.name)
}

describe('what the build opens by itself', () => {
  test('is a regular file, or nothing', () => {
    expect(rulesOf(aFolder({ Dockerfile: 'FROM nginx\n', '.dockerignore': 'x', 'Dockerfile.dockerignore': '' }))).toEqual([])
    expect(rulesOf(aFolder())).toEqual([])
    expect(rulesOf(aFolder({ 'sub/x': '' }), { dockerfile: 'sub' })).toEqual(['build_file'])
  })

  test.each(['Dockerfile', 'dockerfile', '.dockerignore', 'Dockerfile.dockerignore'])('%s as a FIFO would hang it', (name) => {
    const folder = aFolder(name.toLowerCase() === 'dockerfile' ? {} : { Dockerfile: 'FROM nginx\n' })
    execFileSync('mkfifo', [join(folder, name)])

    expect(rulesOf(folder)).toContain('build_file')
  })

  test.each(['.dockerignore', 'other.dockerignore', 'dockerfile'])('%s as a link to a device', (name) => {
    const folder = aFolder({ other: 'FROM nginx\n' })
    symlinkSync('/dev/zero', join(folder, name))

    expect(rulesOf(folder, name === 'dockerfile' ? {} : { dockerfile: 'other' })).toEqual(['build_file'])
  })

  test('is looked at again before the build begins', async () => {
    const folder = aFolder({ Dockerfile: 'FROM nginx\n', 'web/x': '' })
    const compose = { config: () => Promise.reject(new Error('not asked')) }
    const { images } = createExtensions({ config, instance: 'inst', compose })
    const resolved = resolvedOf({ web: { build: { context: join(folder, 'web'), dockerfile: '../Dockerfile' } } })
    expect(images(resolved, ref, aSource({ folder }))).toHaveLength(1)

    rmSync(join(folder, 'web'), { recursive: true })
    symlinkSync('/etc', join(folder, 'web'))

    expect(await refusalOf(() => images(resolved, ref, aSource({ folder })))).toMatch(/^policy_denied: .*build\.context/)
    expect(images(resolved, ref)).toHaveLength(1)
  })
})

describe('what is built is what was judged', () => {
  const compose = { config: () => Promise.reject(new Error('not asked')) }
  const builtFrom = (folder: string, build: Record<string, unknown>) => {
    const { images } = createExtensions({ config, instance: 'inst', compose })
    return images(resolvedOf({ web: { build: { context: folder, ...build } } }), ref, aSource({ folder }))[0]?.build
  }

  test('a Dockerfile of the context, of another folder, behind a link, or in lower case', () => {
    const folder = aFolder({
      Dockerfile: 'FROM a\n',
      'Dockerfile.dockerignore': 'x\n',
      'docker/api': 'FROM b\n',
      'docker/api.dockerignore': 'y\n',
      'low/dockerfile': 'FROM c\n',
    })
    symlinkSync('docker/api', join(folder, 'link'))

    expect(builtFrom(folder, {})).toMatchObject({ within: folder, dockerfileText: 'FROM a\n', dockerignore: 'x\n' })
    expect(builtFrom(folder, { dockerfile: 'docker/api' })).toMatchObject({ dockerfileText: 'FROM b\n', dockerignore: 'y\n' })
    expect(builtFrom(folder, { dockerfile: 'link' })).toMatchObject({ dockerfileText: 'FROM b\n', dockerignore: null })
    expect(builtFrom(folder, { dockerfile: 'low/Dockerfile' })).toMatchObject({ dockerfileText: 'FROM c\n' })
    expect(builtFrom(folder, { dockerfile: 'missing' })).toMatchObject({ dockerfileText: null })
  })

  test('also when the file is another one by the time the build begins', () => {
    const folder = aFolder({ Dockerfile: 'FROM nginx\n' })
    const build = builtFrom(folder, {})

    writeFileSync(join(folder, 'Dockerfile'), 'FROM torii/x\n')

    expect(build).toMatchObject({ dockerfileText: 'FROM nginx\n' })
  })

  test('a Dockerfile in lower case is judged in a folder too', () => {
    expect(rulesOf(aFolder({ 'low/dockerfile': 'FROM torii/x\n' }), { dockerfile: 'low/Dockerfile' })).toEqual(['build_of_others'])
  })
})
