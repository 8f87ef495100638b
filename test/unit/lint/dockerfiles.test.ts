import { describe, expect, test } from 'vitest'
import type { Sample } from '../../../src/lint/rule.ts'
import { built, web } from '../../../src/lint/rules/samples.ts'
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

  test.each<[string, Record<string, string>, string[]]>([
    [
      'of what is not there, and nothing else',
      {
        Dockerfile:
          'FROM a AS b\nCOPY src /x\nFROM c AS unused\nCOPY gone /x\nFROM d\nCOPY a.txt no.txt \\\n  missing/ /x/\nCOPY ["b c", "/x/"]\nCOPY --from=b /x /y\nCOPY --chown=1:1 lock*.json $FILE /x\nADD https://x/y git@z:a.git /z\nCOPY <<EOF /t\nhello there\nEOF\n',
        'src/main.py': '',
        'a.txt': '',
      },
      [
        'Dockerfile:6:12-6:18 error web: there is no no.txt in the build context',
        'Dockerfile:7:3-7:11 error web: there is no missing in the build context',
        'Dockerfile:8:8-8:11 error web: there is no b c in the build context',
      ],
    ],
    [
      'of what .dockerignore leaves out',
      {
        Dockerfile: 'FROM a\nCOPY a.txt b.txt ./x\nCOPY dist/app.js dist /x\nCOPY /deep/er/log.tmp docs/a.md /x\n',
        '.dockerignore': '# *\n*.txt\n!b.txt\n/dist/\n**/*.tmp\n',
        ...{ 'a.txt': '', 'b.txt': '', 'dist/app.js': '', 'deep/er/log.tmp': '', 'docs/a.md': '' },
      },
      [
        'Dockerfile:2:6-2:11 error web: .dockerignore leaves out a.txt',
        'Dockerfile:3:6-3:17 error web: .dockerignore leaves out dist/app.js',
        'Dockerfile:4:6-4:22 error web: .dockerignore leaves out deep/er/log.tmp',
      ],
    ],
    [
      'of a folder that is left out as a whole',
      { Dockerfile: 'FROM a\nCOPY dist /x\n', 'Dockerfile.dockerignore': 'dist\n', '.dockerignore': '!dist\n', 'dist/a': '' },
      ['Dockerfile:2:6-2:10 error web: .dockerignore leaves out dist'],
    ],
  ])('a copy %s', async (_, files, expected) => {
    expect(await saidOf('T607', { 'compose.yaml': web('build: .'), ...files })).toEqual(expected)
  })
})
