import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { readExtension } from '../../src/extension/read.ts'
import { createSchemaCheck } from '../../src/extension/schema-check.ts'
import { aFolder, config, project, ref, refusalOf } from '../unit/extension/makers.ts'
import { type Attack, attacks } from './attacks.ts'
import facts from './facts/compose-attacks.json' with { type: 'json' }
import { createVetting } from './vetting.ts'

const { vet, end } = createVetting()
const hits: string[] = []
const listener = createServer((request, response) => {
  hits.push(`${request.method} ${request.url}`)
  response.writeHead(404).end()
})

beforeAll(async () => {
  process.env['TORII_TEST_CANARY'] = 'canary of the controller'
  await new Promise<void>((done) => listener.listen(0, '127.0.0.1', done))
})
afterAll(() => {
  delete process.env['TORII_TEST_CANARY']
  listener.close()
  end()
})

/** Judged below. */
const elsewhere = ['project-name']

test('every case of the facts has its row', () => {
  const ids = facts.cases.map(({ id }) => id)

  expect(ids.filter((id) => !elsewhere.includes(id) && !attacks.some((attack) => attack.id === id))).toEqual([])
  expect(attacks.filter(({ id }) => !ids.includes(id))).toEqual([])
})

const at = (files: Record<string, string>) => {
  const address = `http://127.0.0.1:${(listener.address() as AddressInfo).port}`
  return Object.fromEntries(Object.entries(files).map(([name, text]) => [name, text.replaceAll('LISTENER', address)]))
}

describe('each ends as the facts require', () => {
  test.for(attacks.map((attack): [string, Attack] => [attack.way === undefined ? attack.id : `${attack.id}: ${attack.way}`, attack]))(
    '%s',
    async ([, { files, ends, ...given }]) => {
      const verdict = await vet(at(files), given)

      if ('so' in ends) {
        if (verdict.is === 'refused') throw new Error(`refused: ${verdict.sentence}`)
        ends.so(verdict)
      } else {
        expect(verdict).toMatchObject({ is: 'refused', reason: ends.reason, sentence: expect.stringMatching(ends.says), fix: expect.stringMatching(/\.$/) })
        if (ends.unseen) expect(verdict).toMatchObject({ asked: false })
      }
      expect(JSON.stringify(verdict)).not.toContain('canary of the controller')
      expect(hits).toEqual([])
    },
  )
})

describe('project-name', () => {
  test.each(['My-App', 'my.app', 'my app', 'mÿapp', '-x', '_x'])('%s is refused as a name, and no project would be called after it', async (name) => {
    const folder = aFolder({ 'compose.yaml': 'services: {web: {image: a}}\n' })

    expect(await refusalOf(() => readExtension({ path: folder, name }, config, createSchemaCheck()))).toMatch(/^compose_invalid: .* cannot be a name/)
    expect(project).toBe(`torii-${ref.deployment.replaceAll('-', '').slice(0, 12)}-r1`)
  })
})
