import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { forecastText } from '../../../src/cli/forecast-text.ts'
import { writtenChecks } from '../../../src/cli/written-checks.ts'
import { readConfig } from '../../../src/config.ts'
import type { Forecast, ForecastService } from '../../../src/deploy/forecast-view.ts'
import { guidesCheck } from '../deploy/makers.ts'
import { aFolder } from '../extension/makers.ts'
import { aStub, sendProblem } from './stub.ts'

function aService(change: Partial<ForecastService> = {}): ForecastService {
  const timeline = { start: pace(0, 0), firstProbe: null, earliestHealthy: null, earliestUnhealthy: null, timeout: 180_000, latest: 180_000 }
  return { service: 'web', image: 'web:1', known: true, replicas: 1, dependsOn: [], restart: 'no', oneshot: null, added: [], check: null, timeline, ...change }
}

function pace(plain: number, fast: number) {
  return { plain, fast }
}

function aForecast(change: Partial<Forecast> = {}): Forecast {
  return {
    ...{ deployment: { id: null, name: 'hello', kind: 'app' }, revision: 1, live: null, update: { how: 'first', volumes: [], ports: [] } },
    ...{ routes: [{ route: 'port', url: 'https://localhost:61100/' }], routed: { service: 'web', port: 8000 } },
    images: [{ image: 'web:1', services: ['web'], step: 'present', id: 'sha256:0123456789abcdef', digest: null, size: 2_000_000 }],
    services: [aService()],
    ...{ volumes: [], longest: { gate: 180_000, probe: 60_000 }, changes: [], notices: [] },
    ...change,
  }
}

test('the timeline of a check is told with and without fast start', () => {
  const timeline = { ...aService().timeline, firstProbe: pace(10_000, 100), earliestHealthy: pace(10_000, 100), earliestUnhealthy: 50_000 }

  const lines = forecastText(aForecast({ services: [aService({ check: guidesCheck, timeline })] }))

  expect(lines).toContain('    first probe after 0.1 s (10 s without fast start); healthy after 0.1 s (10 s without fast start) at the earliest')
  expect(lines).toContain('    one that always fails is unhealthy 50 s after its start at the earliest')
  expect(lines).toContain('  180 s at the gate (1 container, one after another), 60 s for the probe')
})

test('a check that cannot decide in time is told so', () => {
  const timeline = { ...aService().timeline, firstProbe: pace(1, 1), earliestHealthy: pace(1, 1), earliestUnhealthy: 690_000 }

  const text = forecastText(aForecast({ services: [aService({ check: guidesCheck, timeline })] })).join('\n')

  expect(text).toContain('one that always fails gets no verdict within its 180 s: that takes 690 s')
})

test('what differs from the live revision is told in a line each', () => {
  const text = forecastText(
    aForecast({
      ...{ live: 1, revision: 2, update: { how: 'beside', volumes: [], ports: [] } },
      changes: [
        { service: 'web', what: 'image', name: 'web:2', change: 'changed', before: 'web:1', after: 'web:2' },
        { service: 'web', what: 'variable', name: 'TOKEN', change: 'added' },
        { service: 'db', what: 'service', name: 'db', change: 'removed' },
      ],
    }),
  )

  expect(text.slice(text.indexOf('update'), text.indexOf('at most'))).toEqual([
    'update',
    '  beside revision 1, which serves until this one has passed',
    '  ~ web: image web:1 → web:2',
    '  + web: variable TOKEN',
    '  - service db',
  ])
})

test('of an image that is not built yet it is said what its Dockerfile brings, where that is known', () => {
  const service = aService({ known: false })
  const images = [{ image: 'torii/a-web:r1', services: ['web'], step: 'build' as const, id: null, digest: null, size: null }]

  const unknown = forecastText(aForecast({ services: [service], images }))
  const known = forecastText(aForecast({ services: [service], images }), new Map([['web', 'its Dockerfile has the HEALTHCHECK curl x']]))

  expect(unknown).toContain('    its image is not built yet: whether its Dockerfile or its base image brings a HEALTHCHECK is known after the build')
  expect(known).toContain('    its image is not built yet; its Dockerfile has the HEALTHCHECK curl x')
  expect(unknown.join('\n')).not.toContain('Times count from')
})

test('Dockerfiles are read for what is not built yet', async () => {
  const folder = aFolder({
    'compose.yaml': 'services:\n  web:\n    build: .\n  job:\n    build: job\n  other:\n    image: a/b:1\n',
    Dockerfile: 'FROM python:3.11-slim\nEXPOSE 8000\nHEALTHCHECK --interval=5s CMD curl -f http://localhost:8000/\n',
    'job/Dockerfile': 'FROM a/base:1\n',
  })

  expect([...(await writtenChecks(folder, readConfig({})))]).toEqual([
    ['web', 'its Dockerfile has the HEALTHCHECK curl -f http://localhost:8000/ (every 5 s, start period 0 s, 3 retries); it exposes 8000'],
  ])
})

test('after revisions that all failed it is not called the first', () => {
  const text = forecastText(aForecast({ revision: 4 })).join('\n')

  expect(text).toContain('no revision is DEPLOYED now: there is none to compare with')
})

test('hostile names do not steer the terminal', () => {
  const text = forecastText(aForecast({ notices: ['\u001b[31mred\u001b]0;title\u0007\nnext'], services: [aService({ service: 'we\u001b[2Jb' })] })).join('\n')

  expect(['\u001b', '\u0007'].filter((control) => text.includes(control))).toEqual([])
})

test('plan prints the document as it is, and a refusal ends as the deploy would', async () => {
  const forecast = aForecast()
  await using good = await aStub({ 'POST /forecast': () => forecast })
  await using bad = await aStub({
    'POST /forecast': (_, response) => sendProblem(response, 422, { reason: 'policy_denied', sentence: 'No: privileged.', fix: 'Leave it out.' }),
  })
  await Promise.all([good, bad].map(({ home }) => mkdir(join(home, 'app'))))

  const [document, refused] = await Promise.all([good.torii('plan', 'app', '--json'), bad.torii('plan', 'app')])

  expect(JSON.parse(document.stdout)).toEqual(forecast)
  expect([refused.exitCode, refused.stderr]).toEqual([3, expect.stringContaining('No: privileged.')])
})
