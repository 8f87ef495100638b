import fc from 'fast-check'
import stringWidth from 'string-width'
import { describe, expect, test } from 'vitest'
import { render } from '../../../src/cli/render.ts'
import type { RevisionEvent } from '../../../src/deploy/record.ts'
import { pictured, progressAfter } from './makers.ts'

const picture = (events: [number, RevisionEvent][], columns = 120) => render(progressAfter(...events), columns, false)

const passedGate: [number, RevisionEvent][] = [...pictured, [2_600, { type: 'verdict', service: 'backend', replica: 1, now: 'passed', detail: '', ms: 900 }]]
const url = 'https://localhost:8443/runtime/apps/6f/'

describe('the picture of a deployment', () => {
  test('shows what is over, what is waited on, and what is to come', () => {
    expect(picture(pictured)).toEqual([
      'hello-app · revision 1 · app',
      '✔ images    3 of 3, 24.1 MB                                  1.2 s',
      '✔ started   frontend, backend, worker                        0.6 s',
      '● health    frontend ✔ 0.4 s   backend ● 2 probes failed: connection refused   worker – no HEALTHCHECK',
      '○ route     https://localhost:8443/runtime/apps/6f/   https://localhost:61100/',
    ])
  })

  test('counts bytes while images come', () => {
    expect(picture(pictured.slice(0, 3))).toEqual([
      'hello-app · revision 1 · app',
      '● images    1 of 2, 1.0 MB of 12.0 MB                        0.0 s',
      '○ started',
      '○ health',
      '○ route     https://localhost:8443/runtime/apps/6f/   https://localhost:61100/',
    ])
  })

  test('says what a route answered, and how often it was asked', () => {
    const asked: RevisionEvent = { type: 'probe', route: 'path', url, ms: 9, hop: 'app', status: 503, detail: '' }

    const last = picture([...passedGate, [2_700, { type: 'route', step: 'candidate', urls: [] }], [2_710, asked], [3_710, asked]]).at(-1)

    expect(last).toBe(`● route     ${url} ● HTTP 503 (2 probes)   https://localhost:61100/`)
  })

  test('is all done when it is DEPLOYED', () => {
    const events: [number, RevisionEvent][] = [
      ...passedGate,
      [2_700, { type: 'route', step: 'candidate', urls: [] }],
      [2_900, { type: 'route', step: 'open', urls: [url] }],
      [2_950, { type: 'state', state: 'DEPLOYED' }],
    ]

    expect(picture(events)).toEqual([
      'hello-app · revision 1 · app',
      '✔ images    3 of 3, 24.1 MB                                                1.2 s',
      '✔ started   frontend, backend, worker                                      0.6 s',
      '✔ health    frontend ✔ 0.4 s   backend ✔ 0.9 s   worker – no HEALTHCHECK   1.4 s',
      '✔ route     https://localhost:8443/runtime/apps/6f/                        0.2 s',
    ])
  })

  test('marks the row that failed, and what never came as never come', () => {
    const failure = { reason: 'container_unhealthy', service: 'backend', sentence: 'backend is unhealthy.', fix: '', at: '' } as const
    const events: [number, RevisionEvent][] = [
      ...pictured,
      [3_000, { type: 'verdict', service: 'backend', replica: 1, now: 'failed', detail: 'unhealthy', ms: 1_300 }],
      [3_100, { type: 'state', state: 'FAILED', failure }],
    ]

    expect(picture(events).map((line) => line[0])).toEqual(['h', '✔', '✔', '✘', '○'])
  })

  test('marks health where the container to blame had started, and says who was held back', () => {
    const failure = { reason: 'health_tool_missing', service: 'cache', sentence: 'cache …', fix: '', at: '' } as const
    const output = 'OCI runtime exec failed: exec failed: unable to start container process: exec: "curl": executable file not found in $PATH: unknown'
    const events: [number, RevisionEvent][] = [
      [0, { type: 'state', state: 'PULLING_IMAGES' }],
      [100, { type: 'state', state: 'REQUESTED' }],
      [200, { type: 'container', service: 'cache', replica: 1, step: 'created' }],
      [200, { type: 'container', service: 'web', replica: 1, step: 'created' }],
      [300, { type: 'container', service: 'cache', replica: 1, step: 'started' }],
      [400, { type: 'attempt', service: 'cache', replica: 1, ms: 20, exit: -1, output }],
      [400, { type: 'verdict', service: 'cache', replica: 1, now: 'failed', detail: '', ms: 100 }],
      [500, { type: 'state', state: 'FAILED', failure }],
    ]

    expect(picture(events).slice(2, 4)).toEqual([
      '○ started   1 of 2: cache   web was not started                                        0.2 s',
      '✘ health    cache ✘ 1 probe failed: exec: "curl": executable file not found in $PATH   0.3 s',
    ])
  })

  test('says how much sooner the first probe comes', () => {
    const text = 'first probe after 0.1 s instead of 10 s'
    expect(picture([...pictured, [2_300, { type: 'notice', rule: 'fast_start', text }]], 200)[3]).toMatch(
      /no HEALTHCHECK {3}first probe after 0\.1 s instead of 10 s$/,
    )
  })

  test('gives that a line of its own where a duration takes its room', () => {
    const text = 'first probe after 0.1 s instead of 10 s'
    const events: [number, RevisionEvent][] = [
      ...passedGate,
      [2_300, { type: 'notice', rule: 'fast_start', text }],
      [2_950, { type: 'state', state: 'DEPLOYED' }],
    ]

    expect(picture(events, 75).slice(3, 6)).toEqual([
      '✔ health    frontend ✔ 0.4 s   backend ✔ 0.9 s               1.4 s',
      '            worker – no HEALTHCHECK',
      '            first probe after 0.1 s instead of 10 s',
    ])
  })

  test('shows notices below, whole: a long one goes on in further lines', () => {
    const text = 'Revision 2 takes the place of revision 1, because both use the volume data: nothing serves until it has passed.'

    expect(picture([...pictured, [2_300, { type: 'notice', text: 'two\nlines \x1b[31m' }]]).at(-1)).toBe('! two lines')
    expect(picture([...pictured, [2_300, { type: 'notice', text }]], 80).slice(-2)).toEqual([
      '! Revision 2 takes the place of revision 1, because both use the volume data:',
      '  nothing serves until it has passed.',
    ])
  })

  test('tells replicas apart', () => {
    const replicas = [1, 2].map((replica): [number, RevisionEvent] => [1_600, { type: 'container', service: 'web', replica, step: 'started' }])
    expect(picture([...pictured.slice(0, 6), ...replicas])[2]).toMatch(/^✔ started {3}web\/1, web\/2 /)
  })

  test('has no row for a route where nothing is routed', () => {
    const tool = { ...progressAfter(...pictured), kind: 'tool' as const, urls: [] }
    expect(render(tool, 120, false)).toHaveLength(4)
  })

  test('goes on in further lines where it is narrow, and counts what has no room', () => {
    expect(picture(pictured, 50)).toEqual([
      'hello-app · revision 1 · app',
      '✔ images    3 of 3, 24.1 MB                  1.2 s',
      '✔ started   frontend, backend, worker        0.6 s',
      '● health    frontend ✔ 0.4 s',
      '            backend ● 2 probes failed: connection…',
      '            worker – no HEALTHCHECK',
      '○ route     https://localhost:8443/runtime/apps/6…',
      '            https://localhost:61100/',
    ])
    const many = Array.from({ length: 40 }, (_, at): [number, RevisionEvent] => [
      1_600,
      { type: 'verdict', service: `s${at}`, replica: 1, now: 'passed', detail: '', ms: 100 },
    ])
    expect(picture([...pictured.slice(0, 6), ...many], 60)[5]).toMatch(/ and \d+ more$/)
  })

  test('is coloured only when asked', () => {
    expect(render(progressAfter(...pictured), 100, true).join('')).toContain('\x1b[32m✔')
  })

  test('is never wider than the terminal, whatever the extension is called and says', () => {
    const text = fc.string({ unit: fc.constantFrom('a', '漢', '😀', ' ', '\n', '\x1b[31m', 'é', '👩‍👩‍👧'), maxLength: 80 })
    fc.assert(
      fc.property(text, text, fc.integer({ min: 1, max: 120 }), (name, words, columns) => {
        const events: [number, RevisionEvent][] = [
          ...pictured,
          [2_300, { type: 'notice', text: words }],
          [2_300, { type: 'verdict', service: name || 'x', replica: 1, now: 'waiting', detail: words, ms: 0 }],
          [2_300, { type: 'image', image: 'b', service: name, step: 'building', current: 0, total: 0, detail: words }],
        ]
        for (const line of render({ ...progressAfter(...events), name }, columns, false)) {
          expect(stringWidth(line)).toBeLessThanOrEqual(columns)
          expect(line).not.toMatch(/\p{Control}/u)
        }
      }),
    )
  })
})
