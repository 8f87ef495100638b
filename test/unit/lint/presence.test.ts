import { describe, expect, test } from 'vitest'
import type { Sample } from '../../../src/lint/rule.ts'
import { built, services, web } from '../../../src/lint/rules/samples.ts'
import { saidOf } from './makers.ts'

describe('whether there is a health check', () => {
  test.each<[string, string, Sample, string[]]>([
    [
      'no check in an official image',
      'T101',
      web('image: nginx:1.29'),
      ['compose.yaml:2:3-2:6 warning web: it has no health check, neither here nor, as far as is known, in nginx:1.29'],
    ],
    [
      'no check in an image nobody knows',
      'T101',
      web('image: example/app:1'),
      ['compose.yaml:2:3-2:6 info web: no health check is written here; its image may have one'],
    ],
    [
      'no check and no port',
      'T101',
      built('FROM python:3.13'),
      ['compose.yaml:2:3-2:6 info web: it has no health check, neither here nor in its Dockerfile: it is not waited for, only watched'],
    ],
    [
      'no check, but a port by Compose',
      'T101',
      { ...built('FROM python:3.13'), 'compose.yaml': 'services:\n  web:\n    build: .\n    ports: ["8000"]\n' },
      ['compose.yaml:2:3-2:6 warning web: it has no health check, neither here nor in its Dockerfile'],
    ],
    [
      'a one-shot needs none',
      'T101',
      'services:\n  web:\n    image: example/a:1\n    healthcheck: {test: x, start_period: 30s}\n    depends_on: {init: {condition: service_completed_successfully}}\n  init:\n    image: nginx:1.29\n',
      [],
    ],
    [
      'NONE in a Dockerfile',
      'T102',
      built('FROM python:3.13', 'EXPOSE 80', 'HEALTHCHECK NONE'),
      ['Dockerfile:3:1-3:17 info web: its health check is switched off'],
    ],
    [
      'NONE as a list',
      'T102',
      web('image: nginx:1.29', 'healthcheck:', '  test: ["NONE"]'),
      ['compose.yaml:4:5-4:16 info web: its health check is switched off'],
    ],
    ['a check of Torii’s own is one', 'T101', web('image: nginx:1.29', 'x-torii: {healthcheck: {http: /, port: 80}}'), []],
    [
      'waiting for a check of Torii’s own',
      'T103',
      services(
        'web:',
        '  image: a/b:1',
        '  depends_on: {db: {condition: service_healthy}}',
        'db:',
        '  image: postgres:17',
        '  x-torii: {healthcheck: {tcp: 5432}}',
      ),
      [],
    ],
    [
      'not waiting for a check of Torii’s own',
      'T104',
      services(
        'web:',
        '  image: a/b:1',
        '  depends_on: [db]',
        'db:',
        '  image: postgres:17',
        '  healthcheck: {disable: true}',
        '  x-torii: {healthcheck: {tcp: 5432}}',
      ),
      ["compose.yaml:4:18-4:20 info web: it starts without waiting for db's health check"],
    ],
    [
      'waiting for what has no check',
      'T103',
      'services:\n  web:\n    image: a/b:1\n    depends_on:\n      db: {condition: service_healthy}\n      off: {condition: service_healthy}\n      own: {condition: service_healthy}\n      built: {condition: service_healthy}\n  db:\n    image: redis:8\n  off:\n    image: a/b:1\n    healthcheck: {disable: true}\n  own:\n    image: a/b:1\n  built:\n    build: .\n',
      [
        'compose.yaml:5:7-5:9 error web: it waits for db to be healthy, but db has no health check',
        'compose.yaml:6:7-6:10 error web: it waits for off to be healthy, but off has no health check',
        'compose.yaml:7:7-7:10 info web: it waits for own to be healthy, but only its image can have a check',
        'compose.yaml:8:7-8:12 info web: it waits for built to be healthy, but only its image can have a check',
      ],
    ],
    [
      'waiting for the health of a one-shot',
      'T103',
      'services:\n  web:\n    image: a/b:1\n    depends_on: {init: {condition: service_healthy}}\n  init:\n    image: a/b:1\n    x-torii: {oneshot: true}\n',
      ['compose.yaml:4:18-4:22 error web: it waits for init to be healthy, but init is a one-shot, which is judged by its exit alone'],
    ],
    [
      'a list where a check is',
      'T104',
      'services:\n  web:\n    image: a/b:1\n    depends_on:\n      - cache\n      - db\n  cache:\n    image: a/b:1\n  db:\n    image: a/b:1\n    healthcheck: {test: x}\n',
      ["compose.yaml:6:9-6:11 info web: it starts without waiting for db's health check"],
    ],
    [
      'times only',
      'T105',
      'services:\n  a:\n    image: nginx:1.29\n    healthcheck: {interval: 5s}\n  b:\n    image: a/b:1\n    healthcheck:\n      retries: 3\n',
      [
        'compose.yaml:4:5-4:16 warning a: it sets no test, and nginx:1.29 has none',
        'compose.yaml:7:5-7:16 info b: it sets no test: it counts only when the image has a check of its own',
      ],
    ],
  ])('%s: %s', async (_, rule, sample, expected) => {
    expect(await saidOf(rule, sample)).toEqual(expected)
  })
})
