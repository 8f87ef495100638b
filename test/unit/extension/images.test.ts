import { describe, expect, test } from 'vitest'
import { isOurs, referenceTrouble } from '../../../src/extension/image-reference.ts'
import { buildTag, plannedImages } from '../../../src/extension/images.ts'
import { parseModel } from '../../../src/extension/model-text.ts'
import { ref, resolvedOf } from './makers.ts'

const digest = `@sha256:${'0'.repeat(64)}`
const images = (services: Parameters<typeof resolvedOf>[0]) => plannedImages(parseModel(resolvedOf(services)), ref)

describe('image references', () => {
  test.each([
    'nginx',
    'nginx:1.27',
    'library/nginx',
    `nginx${digest}`,
    `a/b:c${digest}`,
    'localhost:5000/x/y:z',
    'registry.test/a_b/c__d:1',
    '[::1]:5000/x',
    'a-b.c/d',
    'Registry.test/x:V1',
  ])('%s passes', (text) => {
    expect(referenceTrouble(text)).toBeNull()
  })

  test.each([
    ['', 'it is empty'],
    ['--help', 'it begins with a hyphen'],
    ['a b', 'it contains a space'],
    ['nginx\n', 'it contains a space'],
    ['Nginx', 'a repository name is lower-case'],
    ['a;b', 'it is not [HOST/]NAME[:TAG][@sha256:DIGEST]'],
    ['a:', 'it is not [HOST/]NAME[:TAG][@sha256:DIGEST]'],
    ['../a', 'it is not [HOST/]NAME[:TAG][@sha256:DIGEST]'],
    ['a/$(id)', 'it is not [HOST/]NAME[:TAG][@sha256:DIGEST]'],
    [`sha256:${'0'.repeat(64)}`, 'an image id is not a reference: name a repository'],
    ['0'.repeat(64), 'an image id is not a reference: name a repository'],
    ['a'.repeat(600), 'it is longer than 512 characters'],
  ])('%j does not', (text, said) => {
    expect(referenceTrouble(text)).toBe(said)
  })

  test.each(['torii/x:r1', 'docker.io/torii/x', 'index.docker.io/torii/x'])('%s is a build of ours', (text) => {
    expect(isOurs(text)).toBe(true)
  })
})

describe('planned images', () => {
  test('one entry for each reference, with everyone who runs it and the strongest policy', () => {
    expect(
      images({
        a: { image: 'x:1' },
        b: { image: 'x:1', pull_policy: 'always' },
        c: { image: 'y', pull_policy: 'daily' },
        d: { image: 'z', pull_policy: 'never' },
      }),
    ).toEqual([
      { services: ['a', 'b'], ref: 'x:1', pullPolicy: 'always', platform: null, build: null },
      { services: ['c'], ref: 'y', pullPolicy: 'always', platform: null, build: null },
      { services: ['d'], ref: 'z', pullPolicy: 'never', platform: null, build: null },
    ])
  })

  test('a build is tagged by us, whatever image says, and its dollars are single', () => {
    expect(images({ web: { image: 'nginx', build: { context: '/srv/app/a$$b', dockerfile: 'D', args: { X: 'a$$b', Y: null } } } })).toEqual([
      {
        services: ['web'],
        ref: 'torii/6f0a1b2c3d4e-web:r1',
        pullPolicy: 'build',
        platform: null,
        build: { context: '/srv/app/a$b', within: null, dockerfile: 'D', dockerfileText: null, dockerignore: null, args: { X: 'a$b' }, target: null },
      },
    ])
  })

  test('names that clean alike stay apart, and every tag is a reference', () => {
    const tags = ['a_b', 'a-b', 'A-b', '__proto__', '...', 'x'.repeat(300)].map((name) => buildTag(name, ref))

    expect(new Set(tags).size).toBe(tags.length)
    for (const tag of tags) expect(referenceTrouble(tag)).toBeNull()
  })

  test('one reference on two platforms is refused', () => {
    expect(() => images({ a: { image: 'x' }, b: { image: 'x', platform: 'linux/arm64' } })).toThrow(/two platforms by a and b/)
  })
})
