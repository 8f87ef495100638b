import { describe, expect, test } from 'vitest'
import type { Sample } from '../../../src/lint/rule.ts'
import { built, web } from '../../../src/lint/rules/samples.ts'
import { saidOf } from './makers.ts'

describe('where the public address leads, and where the app listens', () => {
  test.each<[string, string, Sample, string[]]>([
    [
      'an app of a built image without EXPOSE',
      'T301',
      built('FROM python:3.13', 'CMD ["python"]'),
      ['compose.yaml:2:3-2:6 error no service has a port, so there is nothing to route to'],
    ],
    [
      'an image that nobody knows',
      'T301',
      web('image: a/b:1'),
      ['compose.yaml:2:3-2:6 info no service declares a port; unless an image exposes one there is nothing to route to'],
    ],
    ['a tool needs no port', 'T301', { 'compose.yaml': web('image: python:3.13'), 'kamiwaza.json': '{"name": "tool-x"}' }, []],
    [
      'udp is no route',
      'T301',
      web('image: python:3.13', 'ports: ["53/udp"]'),
      ['compose.yaml:2:3-2:6 error no service has a port, so there is nothing to route to'],
    ],
    ['an unknown image before one that has a port', 'T301', 'services:\n  api:\n    image: a/b:1\n  proxy:\n    image: a/c:1\n    ports: ["80"]\n', []],
    ['EXPOSE on a base that nobody knows', 'T301', built('FROM a/b:1', 'EXPOSE 3000'), []],
    ['x-torii.port', 'T301', web('image: python:3.13', 'x-torii: {port: 8000}'), []],
    [
      'the first of two',
      'T302',
      'services:\n  api:\n    image: a/b:1\n    ports: ["8000"]\n  admin:\n    image: a/b:1\n    ports: ["9000"]\n',
      ['compose.yaml:2:3-2:6 warning api: the public address leads here (port 8000) because it comes first; admin could be meant'],
    ],
    ['one is called web', 'T302', 'services:\n  api:\n    image: a/b:1\n    ports: ["8000"]\n  web:\n    image: a/b:1\n    ports: ["9000"]\n', []],
    [
      'an earlier image may expose a port',
      'T302',
      'services:\n  site:\n    image: a/b:1\n  api:\n    image: a/b:1\n    ports: ["8000"]\n  admin:\n    image: a/b:1\n    ports: ["9000"]\n',
      [],
    ],
    [
      'a database first',
      'T303',
      'services:\n  db:\n    image: postgres:17\n  site:\n    image: a/b:1\n    ports: ["80"]\n',
      ['compose.yaml:2:3-2:5 warning db: the public address leads here (port 5432), but postgres:17 speaks no HTTP'],
    ],
    ['a database last', 'T303', 'services:\n  site:\n    image: a/b:1\n  db:\n    image: postgres:17\n', []],
    [
      'a primary that is not there',
      'T304',
      'x-torii:\n  primary: site\nservices:\n  web:\n    image: nginx:1.29\n',
      ['compose.yaml:2:12-2:16 error there is no service called "site"'],
    ],
    [
      'two primaries',
      'T304',
      'services:\n  a:\n    image: nginx:1.29\n    x-torii: {primary: true}\n  b:\n    image: nginx:1.29\n    x-torii: {primary: true}\n',
      ['compose.yaml:7:15-7:22 warning b: a is marked already, and only one can be'],
    ],
    [
      'a primary without a port',
      'T304',
      'services:\n  a:\n    image: python:3.13\n    x-torii: {primary: true}\n',
      ['compose.yaml:4:15-4:22 error a: it has no port to route to'],
    ],
    [
      '127.0.0.1',
      'T305',
      built('FROM python:3.13', 'EXPOSE 8000', 'CMD ["flask", "--app", "shop", "run", "--host=127.0.0.1", "-p", "8000"]'),
      ['Dockerfile:3:47-3:56 error web: flask run listens on 127.0.0.1, where the proxy cannot reach it'],
    ],
    [
      '127.0.0.1 of a service behind',
      'T305',
      'services:\n  web:\n    image: nginx:1.29\n  api:\n    image: python:3.13\n    expose: ["8000"]\n    command: ["gunicorn", "-b", "localhost:8000", "shop:app"]\n',
      ['compose.yaml:7:34-7:43 warning api: gunicorn listens on localhost, where no other service can reach it'],
    ],
    [
      'by its own default',
      'T306',
      built('FROM python:3.13', 'EXPOSE 8000', 'ENTRYPOINT ["python", "-m"]', 'CMD ["uvicorn", "main:app"]'),
      ['Dockerfile:4:5-4:28 warning web: uvicorn listens on 127.0.0.1 unless it is told otherwise'],
    ],
    ['an environment that tells it', 'T306', built('FROM python:3.13', 'EXPOSE 8000', 'ENV UVICORN_HOST=0.0.0.0', 'CMD uvicorn main:app'), []],
    ['a file that may tell it', 'T306', { ...built('FROM node:22', 'EXPOSE 5173', 'CMD ["npx", "vite"]'), 'vite.config.ts': '' }, []],
    [
      'another port than routed',
      'T307',
      built('FROM python:3.13', 'EXPOSE 8000', 'CMD uvicorn main:app --host 0.0.0.0 --port 8080'),
      ['Dockerfile:3:44-3:48 warning web: uvicorn listens on 8080, but port 8000 is routed'],
    ],
    [
      'Compose’s command over the image’s',
      'T307',
      {
        'compose.yaml': 'services:\n  web:\n    build: .\n    command: uvicorn main:app --host 0.0.0.0 --port 9000\n',
        Dockerfile: 'FROM python:3.13\nEXPOSE 8000\nCMD uvicorn main:app --host 0.0.0.0 --port 8000\n',
      },
      ['compose.yaml:4:53-4:57 warning web: uvicorn listens on 9000, but port 8000 is routed'],
    ],
  ])('%s: %s', async (_, rule, sample, expected) => {
    expect(await saidOf(rule, sample)).toEqual(expected)
  })
})
