import { expect, test } from 'vitest'
import type { Ask, Question } from '../../../src/engine-api/ask.ts'
import { dockerImageLook } from '../../../src/lint/docker-image-look.ts'

/** An engine that has one image, with these files. */
function anEngine(files: string[], { breaks = false } = {}) {
  const asked: string[] = []
  const answer = async ({ method = 'GET', path, query }: Question): Promise<unknown> => {
    asked.push(`${method} ${path}`)
    if (path.endsWith('/archive')) {
      if (breaks) throw new Error('the engine went away')
      if (!files.includes(String(query?.['path']))) throw Object.assign(new Error('no such file'), { status: 404 })
      return [Buffer.from('')]
    }
    if (path === '/images/shop%3A1/json' || path === '/images/shop:1/json') return { Id: 'sha256:1', Config: { Env: ['PATH=/opt:/bin'] } }
    if (path === '/containers/create') return { Id: 'c1' }
    if (path.startsWith('/images/')) throw Object.assign(new Error('no such image'), { status: 404 })
    return {}
  }
  const ask = Object.assign(answer, { stream: answer }) as unknown as Ask
  return { look: dockerImageLook(ask), asked }
}

test('programs are looked for on the image’s own PATH, in a container that is never started and always removed', async () => {
  const { look, asked } = anEngine(['/opt/curl', '/bin/sh', '/usr/bin/psql'])

  const image = await look.image('shop:1')

  expect(await image?.has(['curl', 'sh', 'psql', '/usr/bin/psql'])).toEqual({ curl: true, sh: true, psql: false, '/usr/bin/psql': true })
  expect(asked[0]).toBe('POST /containers/prune')
  expect(asked.at(-1)).toBe('DELETE /containers/c1')
  expect(asked.filter((each) => each.includes('/start'))).toEqual([])
})

test('a name of hexadecimal digits is a name, not the beginning of an id', async () => {
  const { look, asked } = anEngine([])

  await look.image('39d6')

  expect(asked).toContain('GET /images/39d6%3Alatest/json')
})

test('an engine that breaks off knows nothing of the programs, and the container is removed', async () => {
  const { look, asked } = anEngine([], { breaks: true })

  const image = await look.image('shop:1')

  expect(await image?.has(['curl'])).toEqual({ curl: null })
  expect(asked.at(-1)).toBe('DELETE /containers/c1')
})

test('an image that is not on this machine is not pulled', async () => {
  const { look, asked } = anEngine([])

  expect(await look.image('other:1')).toBeNull()
  expect(asked.filter((each) => each.startsWith('POST'))).toEqual(['POST /containers/prune'])
})
