import { expect, test } from 'vitest'
import { nothingBuilt, stepsOf, withBuildLine } from '../../../src/docker/build-progress.ts'

const run = { digest: 'd', name: '[stage-1 1/1] RUN sleep 0.7' }
const earlier = { digest: 'e', name: '[one 2/2] RUN sleep 0.6' }
const from = { digest: 'f', name: '[one 1/2] FROM busybox:stable' }
const at = (seconds: string) => `2026-11-25T01:06:${seconds}Z`

/** As BuildKit told them (buildx 0.13.1): the last step first, and one that is started twice. */
const recorded = [
  { vertexes: [run, earlier, from] },
  { vertexes: [{ ...from, started: at('34.330905666'), completed: at('34.33125478') }] },
  { vertexes: [{ ...from, started: at('34.332844703') }] },
  { vertexes: [{ ...from, started: at('34.332844703'), completed: at('34.333438948') }] },
  { vertexes: [{ ...earlier, started: at('34.334224582') }] },
  { vertexes: [{ ...earlier, started: at('34.334224582'), completed: at('35.551615726') }] },
  { vertexes: [{ ...run, started: at('35.571591969') }] },
  { vertexes: [{ ...run, started: at('35.571591969'), completed: at('37.243265664') }] },
]

test('the step that runs now is shown, in whatever order the steps are told', () => {
  const shown = recorded.map((_, last) => stepsOf(recorded.slice(0, last + 1).reduce(withBuildLine, nothingBuilt)))

  const steps: [number, string][] = [
    [0, ''],
    [1, from.name],
    [0, from.name],
    [1, from.name],
    [1, earlier.name],
    [2, earlier.name],
    [2, run.name],
    [3, run.name],
  ]
  expect(shown.map(({ current, detail }) => [current, detail])).toEqual(steps)
})
