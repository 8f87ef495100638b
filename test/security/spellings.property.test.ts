import fc from 'fast-check'
import { afterAll, describe, expect, test } from 'vitest'
import { seedOf } from './seed.ts'
import { dangers, plainSpelling, type Spelling, spellings } from './spellings.ts'
import { createVetting } from './vetting.ts'

const { vet, end } = createVetting()
afterAll(end)

const plain = new Map<string, string>()

async function refusalOf({ files }: Spelling): Promise<string> {
  const verdict = await vet(files)
  return verdict.is === 'refused' ? `${verdict.reason}: ${verdict.sentence} fix: ${verdict.fix}` : 'accepted'
}

/** What else is refused may differ, and a path may be quoted as it was written. */
const alike = (text: string) =>
  text
    .replace(/\. Also: .*?(?=\. fix: )/, '')
    .replaceAll(/\/(usr\/\.\.\/|\/)?etc\/?/g, '/etc')
    .replaceAll(/\/(var\/)?run(\/docker\.sock)?/g, '/run')

describe('every spelling of one danger is refused in the words of the plainest', () => {
  test.each(dangers.map((danger) => [danger.name, danger] as const))('%s, plainly', async (name, danger) => {
    const said = await refusalOf(plainSpelling(danger))

    expect(said).toMatch(/^policy_denied: /)
    expect(said).toMatch(danger.says)
    plain.set(name, alike(said))
  })

  test('however it gets into the model', async () => {
    await fc.assert(
      fc.asyncProperty(spellings, async (spelling) => {
        const said = await refusalOf(spelling)

        if (['security', 'capability', 'device'].includes(spelling.danger.name)) expect(said).toMatch(spelling.danger.says)
        else expect(alike(said)).toBe(plain.get(spelling.danger.name))
      }),
      { numRuns: 150, seed: seedOf('spellings') },
    )
  })

  test('and with a second document beside it, before Compose sees it', async () => {
    for (const danger of dangers) {
      const { files } = plainSpelling(danger)
      const verdict = await vet({ 'compose.yaml': `services: {web: {image: nginx:1}}\n---\n${files['compose.yaml']}` })

      expect(verdict).toMatchObject({ is: 'refused', reason: 'compose_invalid', asked: false })
    }
  })
})
