import { expect, test } from 'vitest'
import { changeLine } from '../../../src/cli/lines.ts'
import { progressOf, withEvent } from '../../../src/cli/progress.ts'
import type { RevisionEvent } from '../../../src/deploy/record.ts'
import { anEvent, aView, began, pictured, progressAfter } from './makers.ts'

/** What a log file is told of these events. */
function lines(events: [number, RevisionEvent][]): string[] {
  let progress = progressOf(aView(), began)
  return events.flatMap(([at, event], index) => {
    const stored = anEvent(index + 1, at, event)
    const line = changeLine(progress, stored)
    progress = withEvent(progress, stored)
    return line === null ? [] : [line]
  })
}

test('a success forgets the failed probes before it', () => {
  const passed: RevisionEvent = { type: 'attempt', service: 'backend', replica: 1, ms: 20, exit: 0, output: '' }

  const [, backend] = progressAfter(...pictured, [2_300, passed]).containers

  expect(backend).toMatchObject({ service: 'backend', failedChecks: 0, output: '' })
})

test('a container that exited at once has been started', () => {
  const [job] = progressAfter([5, { type: 'container', service: 'job', replica: 1, step: 'exited' }]).containers

  expect(job).toMatchObject({ startedAt: began + 5, verdict: null })
})

test('an event of a kind that is not known yet changes nothing but the time', () => {
  const before = progressAfter(...pictured)

  const later = withEvent(before, anEvent(99, 9_000, { type: 'soak' } as never))

  expect(later).toEqual({ ...before, now: began + 9_000 })
})

test('without a terminal every change is a line, and what only goes on is none', () => {
  const more = pictured.slice(1, 2).map(([, event]): [number, RevisionEvent] => [15, { ...event, current: 2_000_000 } as RevisionEvent])

  expect(lines([...pictured.slice(0, 2), ...more, ...pictured.slice(2)])).toEqual([
    '   0.0 s  PULLING_IMAGES',
    '   0.0 s  image front:1 (frontend): pulling 1.0 MB of 12.0 MB',
    '   0.0 s  image back:1 (backend): present',
    '   0.9 s  image front:1 (frontend): pulled, 12.0 MB',
    '   1.1 s  image work:1 (worker): pulled, 12.1 MB',
    '   1.2 s  REQUESTED',
    '   1.6 s  frontend: started',
    '   1.7 s  backend: started',
    '   1.8 s  worker: started',
    '   2.0 s  frontend: passed after 0.4 s',
    '   2.0 s  backend: waiting: starting',
    '   2.0 s  worker: skipped: no HEALTHCHECK',
    '   2.1 s  backend: health probe failed with exit code 1: connection refused',
  ])
})

test('a probe is a line when its answer changes', () => {
  const probe = (status: number | null, hop: 'none' | 'app' | 'backend', detail = ''): RevisionEvent => ({
    type: 'probe',
    route: 'port',
    url: 'https://x/',
    ms: 5,
    hop,
    status,
    detail,
  })

  expect(
    lines([
      [0, probe(null, 'none', 'refused')],
      [1, probe(null, 'none', 'refused')],
      [2, probe(502, 'backend')],
      [3, probe(200, 'app')],
    ]),
  ).toEqual([
    '   0.0 s  probe https://x/: no answer: refused',
    '   0.0 s  probe https://x/: HTTP 502 from the proxy, which cannot reach the app',
    '   0.0 s  probe https://x/: HTTP 200 from the app',
  ])
})
