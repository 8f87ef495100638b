import { describe, expect, test } from 'vitest'
import type { Sample } from '../../../src/lint/rule.ts'
import { built, checked } from '../../../src/lint/rules/samples.ts'
import { saidOf } from './makers.ts'

describe('the times of a health check', () => {
  test.each<[string, string, Sample, string[]]>([
    [
      'no start period',
      'T106',
      checked('test: curl -f http://localhost:8000', 'interval: 10s', 'retries: 3'),
      ['compose.yaml:5:5-5:16 info web: it has no start period'],
    ],
    [
      'no start period in a Dockerfile',
      'T106',
      built('FROM python:3.13', 'HEALTHCHECK CMD curl -f http://localhost:8000/'),
      ['Dockerfile:2:1-2:47 info web: it has no start period'],
    ],
    [
      'a short fuse',
      'T107',
      checked('test: curl -f http://localhost:8000', 'interval: 5s', 'retries: 5'),
      ['compose.yaml:5:5-5:16 warning web: 5 failures every 5 s and no start period: it is unhealthy after 25 s'],
    ],
    [
      'a short fuse in a Dockerfile',
      'T107',
      built('FROM python:3.13', 'HEALTHCHECK --interval=2s --retries=2 \\', '  CMD curl -f http://localhost:8000/'),
      ['Dockerfile:2:1-3:37 warning web: 2 failures every 2 s and no start period: it is unhealthy after 4 s'],
    ],
    [
      'half of it from the Dockerfile',
      'T107',
      {
        'compose.yaml': 'services:\n  web:\n    build: .\n    healthcheck:\n      interval: 5s\n',
        Dockerfile: 'FROM python:3.13\nHEALTHCHECK CMD curl -f http://localhost:8000/\n',
      },
      ['Dockerfile:2:1-2:47 warning web: 3 failures every 5 s and no start period: it is unhealthy after 15 s'],
    ],
    [
      'a timeout over the interval',
      'T108',
      checked('test: curl -f http://localhost:8000', 'interval: 5s', 'timeout: 10s'),
      ['compose.yaml:8:7-8:14 info web: its timeout (10 s) is longer than its interval (5 s)'],
    ],
    [
      'the case of the guide',
      'T109',
      built('FROM python:3.13', 'HEALTHCHECK --interval=30s --timeout=5s --start-period=600s --retries=3 CMD curl -f http://localhost:8000/'),
      [
        'Dockerfile:2:41-2:60 warning web: interval 30 s × 3 retries + start period 600 s: no verdict on a failing check is possible within 180 s, the first one comes after 660 s',
      ],
    ],
    [
      'too many retries for the gate',
      'T109',
      checked('test: curl -f http://localhost:8000', 'interval: 20s', 'retries: 10'),
      [
        'compose.yaml:8:7-8:14 warning web: interval 20 s × 10 retries: no verdict on a failing check is possible within 180 s, the first one comes after 200 s',
      ],
    ],
    ['a longer gate', 'T109', `x-torii: {gate: {timeout: 15m}}\n${checked('test: curl -f http://localhost:8000', 'interval: 20s', 'retries: 10')}`, []],
    ['an undecided time', 'T109', checked('test: curl -f http://localhost:8000', 'interval: ${EVERY}', 'retries: 100'), []],
    [
      'a default decides',
      'T109',
      checked('test: curl -f http://localhost:8000', 'interval: ${EVERY:-20s}', 'retries: 10'),
      [
        'compose.yaml:8:7-8:14 warning web: interval 20 s × 10 retries: no verdict on a failing check is possible within 180 s, the first one comes after 200 s',
      ],
    ],
    [
      'a first run too late',
      'T110',
      checked('test: curl -f http://localhost:8000', 'interval: 3m'),
      ['compose.yaml:7:7-7:15 warning web: its first run comes after 180 s, the gate closes after 180 s: only fast start saves it, with Docker 25 or later'],
    ],
    [
      'a first run too late without fast start',
      'T110',
      `x-torii: {fast_start: false}\n${checked('test: curl -f http://localhost:8000', 'interval: 3m', 'start_period: 10s')}`,
      ['compose.yaml:8:7-8:15 error web: its first run comes after 180 s, the gate closes after 180 s'],
    ],
    ['a start interval saves it', 'T110', checked('test: curl -f http://localhost:8000', 'interval: 3m', 'start_period: 10s', 'start_interval: 1s'), []],
    [
      'half a second',
      'T111',
      built('FROM python:3.13', 'HEALTHCHECK --interval=500ms CMD curl -f http://localhost:8000/'),
      ['Dockerfile:2:13-2:29 warning web: its interval is 0.5 s'],
    ],
    [
      'a hanging check',
      'T113',
      checked('test: curl -f http://localhost:8000', 'interval: 30s', 'timeout: 30s', 'retries: 3'),
      ['compose.yaml:5:5-5:16 info web: if it hangs it is unhealthy only after 180 s; the gate closes after 180 s'],
    ],
    [
      'many retries',
      'T114',
      checked('test: curl -f http://localhost:8000', 'retries: 30', 'interval: 1s'),
      ['compose.yaml:7:7-7:14 info web: it has 30 retries'],
    ],
    [
      'a slow check',
      'T115',
      checked('test: curl -f http://localhost:8000', 'interval: 30s', 'timeout: 10s'),
      ['compose.yaml:8:7-8:14 info web: it may take 10 s'],
    ],
  ])('%s: %s', async (_, rule, sample, expected) => {
    expect(await saidOf(rule, sample)).toEqual(expected)
  })
})
