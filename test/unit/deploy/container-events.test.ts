import { expect, test } from 'vitest'
import { containerEvents } from '../../../src/deploy/container-events.ts'
import type { Container } from '../../../src/deploy/ports.ts'
import { aContainer, anExited } from './makers.ts'

const created = aContainer({ state: 'created', startedAt: null })
const running = aContainer()
const exited = anExited(3)
const again = aContainer({ startedAt: 9e12, finishedAt: exited.finishedAt, restartCount: 1 })
const restarting = aContainer({ state: 'restarting', exitCode: 1, finishedAt: 9e12 })

test.each<[string, Container | null, Container | null, string[]]>([
  ['nothing, and still nothing', null, null, []],
  ['it appears', null, created, ['created']],
  ['it appears running', null, running, ['started']],
  ['it appears and has ended already', null, exited, ['started', 'exited: exit code 3']],
  ['nothing happens', running, running, []],
  ['it starts', created, running, ['started']],
  ['it starts and ends between two looks', created, exited, ['started', 'exited: exit code 3']],
  ['it ends', running, exited, ['exited: exit code 3']],
  ['it ends with an exit code that nobody knows', running, anExited(null), ['exited: exit code unknown']],
  ['it ends and will come back', running, restarting, ['exited: exit code 1']],
  ['it comes back', exited, again, ['started']],
  ['it ended and came back between two looks', running, again, ['started']],
  ['it is gone', running, null, ['removed']],
])('%s', (_, before, after, expected) => {
  const events = containerEvents(before, after)

  expect(events.map(({ step, detail }) => (detail === undefined ? step : `${step}: ${detail}`))).toEqual(expected)
  expect(events.every(({ service, replica }) => service === 'web' && replica === 1)).toBe(true)
})
