import { createError } from './compose-words.ts'
import { startProgram, type WaitingProgram } from './run-program.ts'

/** ms. A spare that nobody took by then ends: the images take longer. */
const spareFor = 10_000
const createWithin = 120_000

export interface Creator {
  /** A model will be created soon, very likely. */
  expect(): void
  create(project: string, model: string, signal: AbortSignal): Promise<void>
}

/**
 * Compose, with the model on its standard input: it never lies in a file. Starting takes Compose as long as resolving a file (25 of
 * 62 ms), so it is started when a model is expected, and waits for it.
 */
export function createCreator(start: { file: string; cwd: string; env: Record<string, string> }): Creator {
  const args = ['--ansi=never', `--project-directory=${start.cwd}`, '--file=-', '--env-file=/dev/null', 'up', '--no-start', '--pull', 'never', '--no-build']
  let spare: WaitingProgram | null = null
  const take = () => {
    const taken = spare ?? startProgram({ ...start, args })
    spare = null
    return taken
  }
  return {
    expect: () => {
      if (spare !== null) return
      const mine = startProgram({ ...start, args })
      spare = mine
      const leave = () => {
        if (spare !== mine) return
        spare = null
        mine.kill()
      }
      AbortSignal.timeout(spareFor).addEventListener('abort', leave)
      void mine.ended.then(leave)
    },
    create: async (project, model, signal) => {
      signal.throwIfAborted()
      const ended = await take().goOn(model, { within: createWithin, signal })
      if (!ended.ok) throw createError(ended, project)
    },
  }
}
