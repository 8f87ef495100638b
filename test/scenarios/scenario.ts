import { test as plain } from 'vitest'
import { aWorld, type World, type WorldOptions } from './world.ts'

interface Given {
  options: WorldOptions
  /** One for all scenarios of a file. */
  world: World
  /** Tells, when a scenario fails, what was seen. */
  evidence: undefined
}

/** `test` with a control plane of its own for the file. */
export function inAWorld(options: WorldOptions = {}) {
  return plain.extend<Given>({
    options: [options, { scope: 'file' }],
    world: [
      async ({ options }, use) => {
        await using world = await aWorld(options)
        await use(world)
      },
      { scope: 'file' },
    ],
    evidence: [
      async ({ world, onTestFailed }, use) => {
        onTestFailed(async ({ task }) => {
          const seen = await world.evidence()
          for (const error of task.result?.errors?.slice(0, 1) ?? []) error.message = `${error.message}\n\n${seen}\n`
        })
        await use(undefined)
      },
      { auto: true },
    ],
  })
}
