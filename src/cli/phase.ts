import { rowOf } from '../deploy/failure.ts'
import type { Progress } from './progress.ts'

export const phases = ['images', 'started', 'health', 'route'] as const

export type Phase = (typeof phases)[number]

export type Mark = 'done' | 'active' | 'ahead' | 'failed'

/** What stands before each row: what is over, what goes on, what is to come, and what failed. */
export function markOf(phase: Phase, progress: Progress): Mark {
  if (progress.state === 'DEPLOYED') return 'done'
  if (progress.state === 'FAILED') return failedMark(phase, progress)
  if (isDone(phase, progress)) return 'done'
  return hasBegun(phase, progress) ? 'active' : 'ahead'
}

function failedMark(phase: Phase, progress: Progress): Mark {
  if (phase === failedPhase(progress)) return 'failed'
  return isDone(phase, progress) ? 'done' : 'ahead'
}

/** By the reason's own exit code where that names a phase, else by what was going on. */
function failedPhase(progress: Progress): Phase {
  const exit = progress.failure && rowOf(progress.failure.reason).exit
  if (exit === 4) return 'images'
  if (exit === 6) return 'route'
  if (progress.entered.REQUESTED === undefined) return 'images'
  // Others may still have been held back: what is to blame had started.
  if (exit === 5 && hasStarted(progress)) return 'health'
  return phases.find((phase) => !isDone(phase, progress)) ?? 'health'
}

/** Whether the container that is to blame ran at all. */
function hasStarted({ containers, failure }: Progress): boolean {
  return containers.some(({ service, verdict, startedAt }) => startedAt !== null && (verdict === 'failed' || service === failure?.service))
}

function isDone(phase: Phase, { entered, containers, routedAt, openAt }: Progress): boolean {
  const some = containers.length > 0
  switch (phase) {
    case 'images':
      return entered.REQUESTED !== undefined
    case 'started':
      return some && containers.every(({ startedAt }) => startedAt !== null)
    case 'health':
      return routedAt !== null || (some && containers.every(({ verdict }) => verdict === 'passed' || verdict === 'skipped' || verdict === 'finished'))
    case 'route':
      return openAt !== null
  }
}

function hasBegun(phase: Phase, { entered, containers, routedAt }: Progress): boolean {
  switch (phase) {
    case 'images':
      return entered.PULLING_IMAGES !== undefined
    case 'started':
      return entered.REQUESTED !== undefined
    case 'health':
      return containers.some(({ startedAt, verdict }) => startedAt !== null || verdict !== null)
    case 'route':
      return routedAt !== null
  }
}
