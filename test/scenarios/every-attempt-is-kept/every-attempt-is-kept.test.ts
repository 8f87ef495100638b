import { join } from 'node:path'
import { expect } from 'vitest'
import { inAWorld } from '../scenario.ts'

const test = inAWorld()
const app = join(import.meta.dirname, 'app')

test('every health probe is kept with its time, exit code and output, also beyond the engine’s last five', async ({ world }) => {
  const { exit, document } = await world.deploy(app, { name: 'stubborn' })
  const [web] = document.containers
  const attempts = web?.attempts ?? []
  const told = (await world.api.events('stubborn')).flatMap(({ event }) => (event.type === 'attempt' ? [event.output] : []))

  expect(exit, document.failure?.sentence).toBe(0)
  expect(attempts.map(({ exit, output }) => ({ exit, output }))).toEqual(
    Array.from({ length: 9 }, (_, i) => ({ exit: i < 8 ? 1 : 0, output: `attempt ${i + 1}\n` })),
  )
  expect(web?.attemptsTotal).toBe(9)
  expect(told).toEqual(attempts.map(({ output }) => output.trim()))
  expect(attempts.map(({ at }) => at)).toEqual(attempts.map(({ at }) => at).toSorted())
})
