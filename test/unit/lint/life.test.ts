import { describe, expect, test } from 'vitest'
import type { Sample } from '../../../src/lint/rule.ts'
import { built, web } from '../../../src/lint/rules/samples.ts'
import { saidOf } from './makers.ts'

describe('images, one-shots and updates', () => {
  test.each<[string, string, Sample, string[]]>([
    [
      'floating images',
      'T501',
      {
        'compose.yaml':
          'services:\n  a:\n    image: nginx\n  b:\n    image: ghcr.io/x/y:latest\n  c:\n    image: localhost:5000/x\n  d:\n    image: nginx@sha256:' +
          'a'.repeat(64) +
          '\n  e:\n    image: "x:${TAG}"\n  f:\n    build: .\n',
        Dockerfile: 'FROM node AS build\nFROM scratch\nFROM build\nFROM nginx:latest\n',
      },
      [
        'Dockerfile:1:6-1:10 warning node has no tag, which means latest',
        'Dockerfile:4:6-4:18 warning nginx:latest means whatever is the latest',
        'compose.yaml:3:12-3:17 warning a: nginx has no tag, which means latest',
        'compose.yaml:5:12-5:30 warning b: ghcr.io/x/y:latest means whatever is the latest',
        'compose.yaml:7:12-7:28 warning c: localhost:5000/x has no tag, which means latest',
      ],
    ],
    ['root', 'T502', built('FROM python:3.13', 'USER 0:0'), ['Dockerfile:2:1-2:9 info web: it runs as 0:0']],
    ['rootless base', 'T502', built('FROM gcr.io/distroless/static:nonroot'), []],
    ['a user by Compose', 'T502', { ...built('FROM python:3.13'), 'compose.yaml': 'services:\n  web:\n    build: .\n    user: "1000"\n' }, []],
    ['no restart policy', 'T503', web('image: nginx:1.29'), ['compose.yaml:2:3-2:6 info web: it has no restart policy']],
    [
      'a one-shot that restarts',
      'T504',
      'services:\n  web:\n    image: a/b:1\n    depends_on: {m: {condition: service_completed_successfully}}\n  m:\n    image: a/b:1\n    restart: unless-stopped\n',
      ['compose.yaml:7:5-7:12 error m: `restart: unless-stopped` never lets it end, and web waits for that'],
    ],
    [
      'migrations by command',
      'T505',
      'services:\n  web:\n    image: a/b:1\n    depends_on: {db: {condition: service_started}}\n  db:\n    image: a/b:1\n    command: ["python", "manage.py", "migrate"]\n',
      ['compose.yaml:4:18-4:20 warning web: it waits for db to start, not for its end'],
    ],
    ['migrate and serve', 'T505', web('image: a/b:1', 'command: sh -c "python manage.py migrate && gunicorn x"'), []],
    [
      'a one-shot by name that nobody waits for',
      'T505',
      'services:\n  minio-init:\n    image: a/b:1\n',
      ['compose.yaml:2:3-2:13 info minio-init: it looks like a one-shot, and nobody waits for its end'],
    ],
    [
      'a volume that is written',
      'T506',
      'services:\n  a:\n    image: a/b:1\n    volumes: ["x:/x:ro", "y:/y"]\nvolumes: {x: , y: }\n',
      ['compose.yaml:4:5-4:12 info a: an update stops the old version first, because it writes y'],
    ],
    ['a volume that is only read', 'T506', 'services:\n  a:\n    image: a/b:1\n    volumes: ["x:/x:ro"]\nvolumes: {x: }\n', []],
  ])('%s: %s', async (_, rule, sample, expected) => {
    expect(await saidOf(rule, sample)).toEqual(expected)
  })
})
