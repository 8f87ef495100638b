import { describe, expect, test } from 'vitest'
import type { Sample } from '../../../src/lint/rule.ts'
import { built } from '../../../src/lint/rules/samples.ts'
import { saidOf } from './makers.ts'

describe('Dockerfiles', () => {
  test.each<[string, string, Sample, string[]]>([
    [
      'a mistake',
      'T601',
      built('FROM python:3.13', 'HEALTHCHECK curl -f http://localhost', 'EXPOSE eighty', 'COPY a'),
      [
        'Dockerfile:2:13-2:17 error Unknown type"CURL" in HEALTHCHECK (try CMD)',
        'Dockerfile:3:8-3:14 error Invalid containerPort: eighty',
        'Dockerfile:4:6-4:7 error COPY requires at least two arguments',
      ],
    ],
    [
      'newer flags are no mistake',
      'T601',
      built(
        '# syntax=docker/dockerfile:1',
        'FROM --platform=$BUILDPLATFORM python:3.13',
        'COPY --link --chmod=755 --parents a /b',
        'RUN --mount=type=cache,target=/x pip install y',
        'ADD --checksum=sha256:x https://a /b',
      ),
      [],
    ],
    [
      'casing and an old word',
      'T602',
      built('from python:3.13', 'MAINTAINER me'),
      ['Dockerfile:1:1-1:5 warning Instructions should be written in uppercase letters', 'Dockerfile:2:1-2:11 warning MAINTAINER has been deprecated'],
    ],
    [
      'single quotes',
      'T603',
      built('FROM python:3.13', "ENTRYPOINT ['a']", "HEALTHCHECK CMD ['curl', '-f', 'http://localhost']"),
      [
        'Dockerfile:2:12-2:17 error Instruction written as a JSON array but is using single quotes instead of double quotes',
        'Dockerfile:3:13-3:51 error the list of the check is in single quotes, so a shell looks for a program called "["',
      ],
    ],
    [
      'twice',
      'T604',
      built('FROM python:3.13', 'CMD a', 'CMD b', 'HEALTHCHECK CMD a', 'HEALTHCHECK CMD b'),
      [
        'Dockerfile:2:1-2:4 warning There can only be one CMD instruction in a Dockerfile or build stage. Only the last one will have an effect',
        'Dockerfile:4:1-4:12 warning There can only be one HEALTHCHECK instruction in a Dockerfile or build stage. Only the last one will have an effect',
      ],
    ],
    [
      'in another stage',
      'T605',
      built('FROM python:3.13 AS a', 'HEALTHCHECK CMD x', 'FROM python:3.13'),
      ['Dockerfile:2:1-2:18 warning web: it belongs to a stage that is not in the image'],
    ],
    [
      'a target that is not there',
      'T606',
      { 'compose.yaml': 'services:\n  web:\n    build:\n      context: .\n      target: prod\n', Dockerfile: 'FROM python:3.13 AS Production\n' },
      ['compose.yaml:5:15-5:19 error web: there is no stage called "prod"'],
    ],
    [
      'a target in other letters, or by number',
      'T606',
      {
        'compose.yaml': 'services:\n  web:\n    build: {context: ., target: PRODUCTION}\n  two:\n    build: {context: ., target: "0"}\n',
        Dockerfile: 'FROM python:3.13 AS Production\n',
      },
      [],
    ],
    [
      'a Dockerfile that two services share is told once',
      'T604',
      { 'compose.yaml': 'services:\n  a:\n    build: .\n  b:\n    build: .\n', Dockerfile: 'FROM python:3.13\nCMD a\nCMD b\n' },
      ['Dockerfile:2:1-2:4 warning There can only be one CMD instruction in a Dockerfile or build stage. Only the last one will have an effect'],
    ],
  ])('%s: %s', async (_, rule, sample, expected) => {
    expect(await saidOf(rule, sample)).toEqual(expected)
  })
})
