import { describe, expect, test } from 'vitest'
import type { Sample } from '../../../src/lint/rule.ts'
import { built, checked, web } from '../../../src/lint/rules/samples.ts'
import { lintOf, saidOf } from './makers.ts'

describe('the programs that a check runs', () => {
  test.each<[string, string, Sample, string[]]>([
    [
      '/dev/tcp under dash',
      'T204',
      web('image: postgres:17', 'healthcheck:', '  test: ["CMD-SHELL", "echo > /dev/tcp/127.0.0.1/5432"]'),
      ["compose.yaml:5:35-5:43 error web: /dev/tcp is bash's own, and `sh` in postgres:17 is dash"],
    ],
    [
      '/dev/tcp where nothing is known',
      'T204',
      web('image: a/b:1', 'healthcheck: {test: "echo > /dev/tcp/127.0.0.1/80"}'),
      ['compose.yaml:4:33-4:41 warning web: /dev/tcp only works where `sh` is bash, and nothing is known of this image'],
    ],
    ['/dev/tcp where sh is bash', 'T204', web('image: fedora:43', 'healthcheck: {test: "echo > /dev/tcp/127.0.0.1/80"}'), []],
    ['/dev/tcp in a named bash', 'T204', web('image: postgres:17', 'healthcheck: {test: ["CMD", "bash", "-c", "echo > /dev/tcp/127.0.0.1/80"]}'), []],
    ['SHELL is bash', 'T204', built('FROM python:3.13-slim', 'SHELL ["/bin/bash", "-c"]', 'HEALTHCHECK CMD echo > /dev/tcp/127.0.0.1/80'), []],
    [
      'the guide’s own example',
      'T205',
      built(
        'FROM python:3.11-slim',
        'HEALTHCHECK --interval=10s --timeout=5s --start-period=30s --retries=3 \\',
        '    CMD curl -f http://localhost:8000/health || exit 1',
        'EXPOSE 8000',
        'CMD ["uvicorn", "app.main:app", "--host", "0.0.0.0", "--port", "8000"]',
      ),
      ['Dockerfile:3:9-3:13 error web: python:3.11-slim has no curl as far as is known, and the Dockerfile does not install it'],
    ],
    [
      'curl is installed',
      'T205',
      built(
        'FROM python:3.11-slim',
        'RUN apt-get update && apt-get install -y \\',
        '    # for the check',
        '    curl',
        'HEALTHCHECK CMD curl -f http://localhost:8000/health',
      ),
      [],
    ],
    [
      'other packages are installed',
      'T205',
      built('FROM python:3.11-slim', 'RUN apt-get update && apt-get install -y git', 'HEALTHCHECK CMD curl -f http://localhost:8000/health'),
      ['Dockerfile:3:17-3:21 warning web: python:3.11-slim has no curl as far as is known, and none of the packages that the Dockerfile installs is called so'],
    ],
    ['a script may have installed it', 'T205', built('FROM python:3.11-slim', 'RUN ./install.sh', 'HEALTHCHECK CMD curl -f http://localhost:8000/health'), []],
    [
      'installed in the wrong stage',
      'T205',
      built('FROM python:3.11-slim AS build', 'RUN apt-get install -y curl', 'FROM python:3.11-slim', 'HEALTHCHECK CMD curl -f http://localhost:8000/health'),
      ['Dockerfile:4:17-4:21 error web: python:3.11-slim has no curl as far as is known, and the Dockerfile does not install it'],
    ],
    [
      'inherited from the stage before',
      'T205',
      built('FROM python:3.11-slim AS base', 'RUN apt-get install -y curl', 'FROM base', 'HEALTHCHECK CMD curl -f http://localhost:8000/health'),
      [],
    ],
    [
      'copied from elsewhere',
      'T205',
      built(
        'FROM gcr.io/distroless/static',
        'COPY --from=curl /usr/bin/curl /usr/bin/curl',
        'HEALTHCHECK CMD ["/usr/bin/curl", "-f", "http://localhost:8000/health"]',
      ),
      [],
    ],
    ['no shell at all', 'T205', built('FROM scratch', 'COPY app /', 'HEALTHCHECK CMD /app check'), []],
    ['its own program in exec form', 'T205', built('FROM scratch', 'COPY app /', 'HEALTHCHECK CMD ["/app", "check"]'), []],
    [
      'wget in alpine is there, curl is not',
      'T205',
      web('image: caddy:2.10', 'healthcheck: {test: "wget -q --spider http://127.0.0.1 && curl -f http://127.0.0.1"}'),
      ['compose.yaml:4:63-4:67 warning web: caddy:2.10 has no curl, as far as is known'],
    ],
    ['one of two is enough', 'T205', web('image: caddy:2.10', 'healthcheck: {test: "curl -f http://127.0.0.1 || wget -q --spider http://127.0.0.1"}'), []],
    [
      'an ARG decides the base',
      'T205',
      built('ARG TAG=3.11-slim', 'FROM python:${TAG}', 'HEALTHCHECK CMD curl -f http://localhost:8000/health'),
      ['Dockerfile:3:17-3:21 error web: python:3.11-slim has no curl as far as is known, and the Dockerfile does not install it'],
    ],
    ['an unknown ARG', 'T205', built('ARG TAG', 'FROM python:${TAG}', 'HEALTHCHECK CMD curl -f http://localhost:8000/health'), []],
    [
      'a build argument decides the base',
      'T205',
      {
        'compose.yaml': 'services:\n  web:\n    build: {context: ., args: {TAG: 3.11-slim}}\n',
        Dockerfile: 'ARG TAG=3.11\nFROM python:${TAG}\nHEALTHCHECK CMD curl -f http://localhost:8000/health\n',
      },
      ['Dockerfile:3:17-3:21 error web: python:3.11-slim has no curl as far as is known, and the Dockerfile does not install it'],
    ],
    [
      'a target without curl',
      'T205',
      {
        'compose.yaml': 'services:\n  web:\n    build: {context: ., target: slim}\n',
        Dockerfile: 'FROM python:3.11-slim AS slim\nHEALTHCHECK CMD curl -f http://x\nFROM python:3.11\n',
      },
      ['Dockerfile:2:17-2:21 error web: python:3.11-slim has no curl as far as is known, and the Dockerfile does not install it'],
    ],
    [
      'a Dockerfile inside the Compose file',
      'T205',
      'services:\n  web:\n    build:\n      context: .\n      dockerfile_inline: |\n        FROM node:22-slim\n        HEALTHCHECK CMD curl -f http://localhost:8000\n',
      ['compose.yaml:7:25-7:29 error web: node:22-slim has no curl as far as is known, and the Dockerfile does not install it'],
    ],
    [
      'ps in a slim image',
      'T205',
      built('FROM python:3.11-slim', 'HEALTHCHECK CMD pgrep -f worker'),
      ['Dockerfile:2:17-2:22 error web: python:3.11-slim has no pgrep as far as is known, and the Dockerfile does not install it'],
    ],
    ['nginx has curl', 'T205', web('image: nginx:1.29-alpine', 'healthcheck: {test: "curl -f http://localhost"}'), []],
    [
      'wget without -O',
      'T208',
      checked('test: wget -q http://127.0.0.1:8000/health || exit 1'),
      ['compose.yaml:6:13-6:17 warning web: wget saves what it gets as a file, and the next run finds it there'],
    ],
    ['wget to the screen', 'T208', checked('test: wget -qO- http://127.0.0.1:8000/health || exit 1'), []],
  ])('%s: %s', async (_, rule, sample, expected) => {
    expect(await saidOf(rule, sample)).toEqual(expected)
  })

  test.each<[string, Sample, RegExp]>([
    ['ping on Debian', built('FROM python:3.11-slim', 'HEALTHCHECK CMD ping -c1 db'), /install -y --no-install-recommends iputils-ping &&/],
    ['dig on Alpine', built('FROM node:22-alpine', 'HEALTHCHECK CMD dig db'), /in the last stage: `RUN apk add --no-cache bind-tools`/],
    [
      'curl in busybox',
      built('FROM busybox:1.37', 'HEALTHCHECK CMD curl -f http://localhost/'),
      /what is there, for example `wget -q --spider URL`, or use an image that has curl/,
    ],
    ['nc on Fedora', web('image: fedora:43', 'healthcheck: {test: nc -z localhost 80}'), /in a Dockerfile of your own: `RUN dnf install -y nmap-ncat/],
    [
      'curl in distroless',
      web('image: gcr.io/distroless/static', 'ports: ["80"]', 'healthcheck: {test: [CMD, curl, "http://x"]}'),
      /x-torii: \{healthcheck: \{tcp: 80\}\}/,
    ],
  ])('what the fix says of %s exists', async (_, sample, expected) => {
    const found = (await lintOf(sample)).findings.find(({ rule }) => rule === 'T205')

    expect(found?.fix ?? 'no finding').toMatch(expected)
  })
})
