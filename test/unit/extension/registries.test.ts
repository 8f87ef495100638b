import { describe, expect, test } from 'vitest'
import { readConfig } from '../../../src/config.ts'
import { parseModel } from '../../../src/extension/model-text.ts'
import { enforce, findings } from '../../../src/extension/policy/policy.ts'
import { isAllowed, type Origins } from '../../../src/extension/policy/registry-rules.ts'
import { contextOf } from '../../../src/extension/world.ts'
import { aFolder, machine, ref, refusalOf, resolvedOf } from './makers.ts'

const digest = `@sha256:${'0'.repeat(64)}`
const ours = { registries: ['registry.example.org/team', 'other.example.org:5000'], digest: false }

function judged(service: Record<string, unknown>, origins: Origins, files: Record<string, string> = {}) {
  const folder = aFolder(files)
  const built = 'build' in service ? { build: { context: folder, ...(service['build'] as object) } } : {}
  const model = parseModel(resolvedOf({ web: { ...service, ...built } }))
  return { model, context: { ...contextOf(model, { folder }, ref, machine), origins } }
}

function found(service: Record<string, unknown>, origins: Origins, files: Record<string, string> = {}): string[] {
  const { model, context } = judged(service, origins, files)
  return findings(model, context).flatMap(({ rule, found: what }) =>
    /foreign_registry|image_without_digest/.test(rule.name) ? [what.replace(/ \(allowed.*/, '')] : [],
  )
}

describe('an allow-list of registries', () => {
  test.each(['registry.example.org/team/app:1', 'registry.example.org/team', 'REGISTRY.example.org/team/a', 'other.example.org:5000/x/y@sha256:1'])(
    'lets %s in',
    (image) => {
      expect(isAllowed(image, ours.registries)).toBe(true)
    },
  )

  test.each([
    ...['nginx', 'registry.example.org/teams/app', 'registry.example.org/other/team/app', 'registry.example.org:443/team/app', 'other.example.org/x'],
    ...['evil.example/registry.example.org/team/app', 'team/app'],
  ])('keeps %s out', (image) => {
    expect(isAllowed(image, ours.registries)).toBe(false)
  })

  test('knows Docker Hub by its short names', () => {
    expect(['nginx', 'library/nginx', 'docker.io/nginx:1', 'index.docker.io/library/nginx'].map((image) => isAllowed(image, ['docker.io/library']))).toEqual([
      true,
      true,
      true,
      true,
    ])
    expect([isAllowed('grafana/grafana', ['docker.io']), isAllowed('grafana/grafana', ['docker.io/library'])]).toEqual([true, false])
  })

  test('is judged on what is run, with what is allowed in the words', async () => {
    const { model, context } = judged({ image: 'nginx:1' }, ours)

    const refused = await refusalOf(async () => enforce(model, context))

    expect(refused).toMatch(/^policy_denied: web /)
    expect(refused).toContain('image: nginx:1 (allowed: registry.example.org/team, other.example.org:5000)')
    expect(found({ image: 'registry.example.org/team/app' }, ours)).toEqual([])
  })

  test.each<[string, string, string[]]>([
    ['a base', 'FROM nginx:1\n', ['build: FROM nginx:1']],
    ['a base of ours', 'FROM registry.example.org/team/base AS build\nFROM build\nCOPY --from=build /a /a\n', []],
    ['a stage that is named later', 'FROM build\nFROM registry.example.org/team/x AS build\n', ['build: FROM build']],
    ['a copy', 'FROM scratch\nCOPY --from=busybox /bin /bin\nCOPY --from=0 /a /a\n', ['build: FROM busybox']],
    ['a mount', 'FROM scratch\nRUN --mount=type=bind,from=alpine:3,target=/x true\n', ['build: FROM alpine:3']],
    ['a variable', 'ARG BASE=nginx\nFROM ${BASE}\n', ['build: FROM nginx']],
    ['a variable that is set late', 'FROM ${R}evil/app\nARG R=registry.example.org/team/\n', ['build: FROM evil/app']],
    ['a default of its own', 'FROM ${BASE:-nginx:2}\n', ['build: FROM nginx:2']],
    ['a continued line', 'FROM \\\n  nginx:3\n', ['build: FROM nginx:3']],
    ['a frontend', '# syntax=docker/dockerfile:1\nFROM scratch\n', ['build: FROM docker/dockerfile:1']],
    ['more than can be told', 'FROM $((x))\n', ['build: FROM with more than can be told']],
  ])('is judged on %s of a Dockerfile', (_, text, expected) => {
    expect(found({ build: {} }, ours, { Dockerfile: text })).toEqual(expected)
  })

  test('is judged on build arguments and on a Dockerfile in the Compose file', () => {
    expect(found({ build: { args: { BASE: 'nginx' } } }, ours, { Dockerfile: 'ARG BASE=registry.example.org/team/a\nFROM $BASE\n' })).toEqual([
      'build: FROM nginx',
    ])
    expect(found({ build: { dockerfile_inline: 'FROM nginx\n' } }, ours)).toEqual(['build: FROM nginx'])
  })
})

test('an operator may want each image by its digest', () => {
  const wanted = { registries: null, digest: true }

  expect(found({ image: 'nginx:1' }, wanted)).toEqual(['image: nginx:1'])
  expect(found({ image: `nginx:1${digest}` }, wanted)).toEqual([])
  expect(found({ build: {} }, wanted, { Dockerfile: `FROM nginx${digest} AS a\nFROM a\n` })).toEqual([])
  expect(found({ build: {} }, wanted, { Dockerfile: 'FROM nginx:1\n' })).toEqual(['build: FROM nginx:1'])
})

test('without either any image may be used', () => {
  expect(found({ image: 'nginx' }, { registries: null, digest: false })).toEqual([])
})

test('the settings are read once, and refused with their name', () => {
  expect(readConfig({ TORII_REGISTRIES: ' Registry.example.org/team/, other.example.org:5000' }).registries).toEqual(ours.registries)
  expect([readConfig({}).registries, readConfig({}).requireDigest, readConfig({ TORII_REQUIRE_DIGEST: '1' }).requireDigest]).toEqual([null, false, true])
  for (const text of ['a b', 'x/../y', ',', 'https://', 'r.example/UP']) expect(() => readConfig({ TORII_REGISTRIES: text }), text).toThrow('TORII_REGISTRIES')
  expect(() => readConfig({ TORII_REQUIRE_DIGEST: 'yes' })).toThrow('TORII_REQUIRE_DIGEST')
})
