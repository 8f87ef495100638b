import { expect, test } from 'vitest'
import { explanation } from '../../../src/cli/explanation.ts'
import { redirectLines } from '../../../src/cli/redirect-lines.ts'
import { settledReport } from '../../../src/cli/report.ts'
import type { ProbeView } from '../../../src/deploy/view.ts'
import { anAnswer } from '../deploy/makers.ts'
import { aView } from './makers.ts'

const [path = '', port = ''] = aView().urls
const probe = (url: string, location?: string): ProbeView => ({
  ...{ route: 'port', url, verdict: 'passed', attemptsTotal: 1 },
  attempts: [anAnswer(location === undefined ? {} : { status: 301, location })],
})
const deployed = (...probes: ProbeView[]) => aView({ state: 'DEPLOYED', probe: probes })

test('a redirect to itself stands beside the verdict, wherever that is told', () => {
  const view = deployed(probe(port, port))

  for (const lines of [settledReport(view, null), explanation(view, null)])
    expect(lines).toContainEqual(expect.stringMatching(/^ {2}note: https:\/\/localhost:61100\/ answers 301 and leads to itself: .*trust X-Forwarded-Proto/))
})

test('a redirect out of its own path does too, and one within it does not', () => {
  expect(redirectLines(deployed(probe(path, '/')))).toEqual([expect.stringMatching(/leads to \/, outside of its own path/)])
  expect(redirectLines(deployed(probe(path, `${path}login`)))).toEqual([])
  expect(redirectLines(deployed(probe(path)))).toEqual([])
})

test('of one that is not DEPLOYED its failure is what counts', () => {
  expect(redirectLines({ ...deployed(probe(port, port)), state: 'FAILED' })).toEqual([])
})
