import { expect, test } from 'vitest'
import { isSettled, mayMove, type State, transitions } from '../../../src/deploy/transitions.ts'

const states = Object.keys(transitions) as State[]
const arrows = [
  'UNINITIALIZED → PULLING_IMAGES',
  'UNINITIALIZED → FAILED',
  'PULLING_IMAGES → REQUESTED',
  'PULLING_IMAGES → FAILED',
  'REQUESTED → DEPLOYED',
  'REQUESTED → FAILED',
]

test('the states are the guide’s', () => {
  expect(states).toEqual(['UNINITIALIZED', 'PULLING_IMAGES', 'REQUESTED', 'DEPLOYED', 'FAILED'])
})

test.each(states.flatMap((from) => states.map((to) => [from, to] as const)))(
  '%s → %s is allowed exactly where the guide draws it (and reading 22)',
  (from, to) => {
    expect(mayMove(from, to)).toBe(arrows.includes(`${from} → ${to}`))
  },
)

test.each(states)('%s is settled exactly when no way leads out of it', (state) => {
  expect(isSettled(state)).toBe(!arrows.some((arrow) => arrow.startsWith(`${state} `)))
})

test('no way leads back', () => {
  const reachable = (from: State): State[] => transitions[from].flatMap((to) => [to, ...reachable(to)])

  for (const state of states) expect(reachable(state)).not.toContain(state)
})
