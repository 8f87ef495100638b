import { describe, expect, test } from 'vitest'
import type { Sample } from '../../../src/lint/rule.ts'
import { checked, web } from '../../../src/lint/rules/samples.ts'
import { saidOf } from './makers.ts'

describe('Compose files as such', () => {
  test.each<[string, string, Sample, string[]]>([
    ['an empty file', 'T001', '', ['compose.yaml:1:1-1:1 error the file is empty']],
    ['a tab', 'T001', 'services:\n\tweb: {}\n', ['compose.yaml:2:1-2:2 error Tabs are not allowed as indentation']],
    ['two documents', 'T001', 'services:\n  web:\n    image: a\n---\nservices: {}\n', ['compose.yaml:4:1-4:2 error there is more than one YAML document']],
    ['the same key twice', 'T001', 'services:\n  web:\n    image: a:1\n    image: b:1\n', ['compose.yaml:4:5-4:6 error the same key stands here twice']],
    ['an alias to nothing', 'T001', 'services:\n  web: *x\n', ['compose.yaml:2:8-2:9 error nothing is anchored as x before this alias']],
    ['a list', 'T001', '- a\n', ['compose.yaml:1:1-1:4 error it must be a mapping with `services:`, not a list']],
    [
      'an included file that cannot be parsed',
      'T001',
      { 'compose.yaml': 'include: [more.yaml]\nservices:\n  web:\n    image: a:1\n', 'more.yaml': 'services: [\n' },
      ['more.yaml:2:1-2:1 error Flow sequence in block collection must be sufficiently indented and end with a ]'],
    ],
    [
      'every unknown key, also in an anchor',
      'T002',
      'x-a: &a\n  imagee: b\nservices:\n  web:\n    <<: *a\n    image: a:1\n    healthcheck: {intervall: 1s, tset: x}\nvolume: {}\n',
      [
        'compose.yaml:2:3-2:9 error web: Compose knows no "imagee" in web; did you mean "image"?',
        'compose.yaml:7:19-7:28 error web: Compose knows no "intervall" in healthcheck; did you mean "interval"?',
        'compose.yaml:7:34-7:38 error web: Compose knows no "tset" in healthcheck; did you mean "test"?',
        'compose.yaml:8:1-8:7 error Compose knows no "volume" at the top; did you mean "volumes"?',
      ],
    ],
    [
      'an unknown key in an included file',
      'T002',
      { 'compose.yaml': 'include: [more.yaml]\nservices:\n  web:\n    image: a:1\n', 'more.yaml': 'services:\n  db:\n    imag: b:1\n' },
      ['more.yaml:3:5-3:9 error db: Compose knows no "imag" in db; did you mean "image"?'],
    ],
    [
      'wrong types',
      'T003',
      web('image: [a]', 'ports: 8000', 'environment: A=b', 'depends_on: {db: {condition: healthy}}', 'restart: true'),
      [
        'compose.yaml:3:12-3:15 error web: image must be a text, not a list',
        'compose.yaml:4:12-4:16 error web: ports must be a list, not 8000',
        'compose.yaml:5:18-5:21 error web: environment must be a mapping or a list, not "A=b"',
        'compose.yaml:6:34-6:41 error web: depends_on.db.condition must be one of service_started, service_healthy, service_completed_successfully, not "healthy"',
        'compose.yaml:7:14-7:18 error web: restart must be a text, not true or false',
      ],
    ],
    [
      'a name that no container can have',
      'T003',
      web('image: a:1', 'container_name: "x y"'),
      ['compose.yaml:4:21-4:26 error web: container_name must be a text like [a-zA-Z0-9][a-zA-Z0-9_.-]+, not "x y"'],
    ],
    ['a list of services', 'T003', 'services: [a]\n', ['compose.yaml:1:11-1:14 error services must be a mapping, not a list']],
    ['no services at all', 'T004', 'name: shop\nservices: {}\n', ['compose.yaml:2:1-2:9 error the file names no services']],
    [
      'broken variables',
      'T006',
      web('image: "a:${TAG"', 'command: echo ${A.b} ${C:-${D E}}', 'labels: {a: "$x $(y) $1 ${ok}"}'),
      ['compose.yaml:3:15-3:20 error Compose cannot read "${TAG"', 'compose.yaml:4:19-4:25 error Compose cannot read "${A.b}"'],
    ],
    [
      'names that nobody has declared',
      'T023',
      `${web('image: a:1', 'networks: [default, front, back]', 'volumes: [data:/a, ./b:/b, "${V}:/c", /d, {type: volume, source: cache, target: /e}]', 'secrets: [token, {source: other}]', 'configs: [conf]')}networks: {front: {}}\nconfigs: {conf: {content: x}}\n`,
      [
        'compose.yaml:4:32-4:36 error web: there is no network called "back"',
        'compose.yaml:5:15-5:22 error web: there is no volume called "data"',
        'compose.yaml:5:47-5:88 error web: there is no volume called "cache"',
        'compose.yaml:6:15-6:20 error web: there is no secret called "token"',
        'compose.yaml:6:22-6:37 error web: there is no secret called "other"',
      ],
    ],
    [
      'a name that a file which cannot be read may declare',
      'T023',
      { 'compose.yaml': `include: [more.yaml]\n${web('image: a:1', 'volumes: [data:/a]')}`, 'more.yaml': '[' },
      [],
    ],
    [
      'restart policies',
      'T022',
      'services:\n  a: {image: a:1, restart: "no"}\n  b: {image: a:1, restart: on-failure:3}\n  c: {image: a:1, restart: "${R}"}\n  d: {image: a:1, restart: allways}\n',
      ['compose.yaml:5:28-5:35 error d: the engine knows no restart policy "allways"'],
    ],
    [
      'two circles, each told once',
      'T007',
      `services:\n${['a: [b]', 'b: [c, a]', 'c: [a]', 'd: [a, e]', 'e: [d]', 'f: [a]'].map((each) => `  ${each.replace(': ', ': {image: x:1, depends_on: ')}}\n`).join('')}`,
      ['compose.yaml:2:32-2:33 error a: it waits for itself by way of "b"', 'compose.yaml:5:35-5:36 error d: it waits for itself by way of "e"'],
    ],
    [
      'a dependency that is not there',
      'T007',
      'services:\n  web:\n    image: a:1\n    depends_on:\n      - db\n      - cache\n  cache:\n    image: a:1\n',
      ['compose.yaml:5:9-5:11 error web: it depends on "db", which is not there'],
    ],
    [
      'a circle',
      'T007',
      'services:\n  a:\n    image: x:1\n    depends_on: [b]\n  b:\n    image: x:1\n    depends_on: {c: {condition: service_started}}\n  c:\n    image: x:1\n    depends_on: [a]\n',
      ['compose.yaml:4:18-4:19 error a: it waits for itself by way of "b"'],
    ],
    [
      'what leads outside',
      'T010',
      {
        'compose.yaml':
          'include:\n  - ../other.yaml\nservices:\n  web:\n    image: a:1\n    env_file: [/etc/x.env, ok.env]\n  db:\n    extends: {file: https://example.org/c.yaml, service: db}\n',
        'ok.env': 'A=1\n',
      },
      [
        'compose.yaml:2:5-2:18 error "../other.yaml": it leads outside the folder',
        'compose.yaml:6:16-6:26 error web: "/etc/x.env": it is absolute',
        'compose.yaml:8:21-8:47 error db: "https://example.org/c.yaml": it is a remote address',
      ],
    ],
    [
      'what is not there',
      'T011',
      {
        'compose.yaml':
          'services:\n  web:\n    image: a:1\n    env_file:\n      - a.env\n      - {path: b.env, required: false}\n    label_file: l.txt\n  db:\n    extends: {file: base.yaml, service: db}\n',
      },
      [
        'compose.yaml:5:9-5:14 error web: there is no a.env',
        'compose.yaml:7:17-7:22 error web: there is no l.txt',
        'compose.yaml:9:21-9:30 error db: there is no base.yaml',
      ],
    ],
    [
      'builds without a Dockerfile',
      'T012',
      {
        'compose.yaml':
          'services:\n  a:\n    build: ./a\n  b:\n    build: {context: ., dockerfile: Other}\n  c:\n    build: {context: c, dockerfile_inline: FROM x}\n',
        'c/x': '',
      },
      ['compose.yaml:3:12-3:15 error a: there is no folder a to build from', 'compose.yaml:5:12-5:43 error b: there is no Other in the folder'],
    ],
    [
      'files that are ignored',
      'T013',
      { 'compose.yaml': web('image: a:1'), 'docker-compose.yml': web('image: b:1'), 'compose.override.yml': web('image: b:1') },
      [
        'compose.yaml:1:1-1:10 info docker-compose.yml is ignored: compose.yaml comes first',
        "compose.yaml:1:1-1:10 info compose.override.yml is ignored: override files are for a developer's own machine",
      ],
    ],
    [
      'steering variables',
      'T014',
      { 'compose.yaml': web('image: a:1'), '.env': 'A=1\n  export DOCKER_HOST=x\nCOMPOSE_PROFILES=a\n' },
      ['.env:2:10-2:21 info DOCKER_HOST is dropped', '.env:3:1-3:17 info COMPOSE_PROFILES is dropped'],
    ],
    [
      'an obsolete version',
      'T015',
      '# first\nversion: "3.8" # old\n\nservices:\n  web:\n    image: a:1\n',
      ['compose.yaml:2:1-2:15 info `version` does nothing'],
    ],
    [
      'nothing to run',
      'T016',
      'services:\n  a: {}\n  b:\n    extends: {service: c}\n  c:\n    image: x:1\n  d:\n    extends: {service: a}\n',
      ['compose.yaml:2:3-2:4 error a: it has neither `image` nor `build`', 'compose.yaml:7:3-7:4 error d: it has neither `image` nor `build`'],
    ],
    [
      'wide ranges',
      'T017',
      web('image: a:1', 'ports: ["80", "8000-9000:8000-9000/udp"]', 'expose: ["1-40"]'),
      ['compose.yaml:4:19-4:44 error web: ports: a range of 1001 ports', 'compose.yaml:5:14-5:20 error web: expose: a range of 40 ports'],
    ],
    ['a rule that is not there', 'T018', web('image: a:1 # torii: ignore T101, T999'), ['compose.yaml:3:38-3:42 warning there is no rule T999']],
    [
      'profiles',
      'T021',
      web('image: a:1', 'profiles: [debug, test]'),
      ['compose.yaml:4:5-4:13 info web: it is left out unless --profile names one of debug, test'],
    ],
    [
      'times that are none',
      'T112',
      checked('test: curl -f http://localhost:8000', 'interval: 30', 'timeout: "5"', 'start_period: 1d', 'start_interval: -5s', 'retries: 3'),
      [
        'compose.yaml:7:17-7:19 error web: interval: 30 has no unit',
        'compose.yaml:8:16-8:19 error web: timeout: "5" is no duration',
        'compose.yaml:9:21-9:23 error web: start_period: "1d" is no duration',
        'compose.yaml:10:23-10:26 error web: start_interval: a duration cannot be negative',
      ],
    ],
  ])('%s: %s', async (_, rule, sample, expected) => {
    expect(await saidOf(rule, sample)).toEqual(expected)
  })

  test('a bind of what is not there is told, a file as an error; what a variable decides is not', async () => {
    const volumes = 'volumes: ["./site.conf:/etc/site.conf:ro", "./data:/data", "./$X/a.conf:/a", "./here.conf:/b", "named:/c"]'

    const told = await saidOf('T024', { 'compose.yaml': `${web('image: nginx:1.29', volumes)}volumes: {named: {}}\n`, 'here.conf': '' })

    expect(told).toEqual([
      'compose.yaml:4:15-4:46 error web: there is no ./site.conf: Docker would make an empty folder there',
      'compose.yaml:4:48-4:62 warning web: there is no ./data: Docker would make an empty folder there',
    ])
  })

  test('the long form of a bind is judged as well', async () => {
    const told = await saidOf('T024', web('image: nginx:1.29', 'volumes:', '  - {type: bind, source: ./conf/nginx.conf, target: /etc/nginx/nginx.conf}'))

    expect(told).toEqual(['compose.yaml:5:9-5:79 error web: there is no ./conf/nginx.conf: Docker would make an empty folder there'])
  })
})
