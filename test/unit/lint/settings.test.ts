import { describe, expect, test } from 'vitest'
import type { Sample } from '../../../src/lint/rule.ts'
import { web } from '../../../src/lint/rules/samples.ts'
import { saidOf } from './makers.ts'

describe('settings, kamiwaza.json and .env', () => {
  test.each<[string, string, Sample, string[]]>([
    [
      'wrong settings, each at its place',
      'T005',
      'x-torii:\n  probe: {path: health, timout: 5s}\n  routing: sideways\n  lint: {ignore: [T101]}\nservices:\n  web:\n    image: a:1\n    x-torii: {port: 99999, primry: true, oneshot: maybe}\n',
      [
        'compose.yaml:2:11-2:15 error x-torii.probe.path must be a path such as /health: it starts with one "/", without "//", "\\", control characters or ".."',
        'compose.yaml:2:25-2:31 error x-torii.probe.timout: there is no such setting; did you mean "probe.timeout"?',
        'compose.yaml:3:3-3:10 error x-torii.routing must be one of both, port, path',
        'compose.yaml:8:15-8:19 error web: x-torii.port must be a port between 1 and 65535',
        'compose.yaml:8:28-8:34 error web: x-torii.primry: there is no such setting of a service (primary, port, oneshot, healthcheck, lint); did you mean "primary"?',
        'compose.yaml:8:42-8:49 error web: x-torii.oneshot must be true or false',
      ],
    ],
    [
      'settings that are no mapping',
      'T005',
      'x-torii: [a]\nservices:\n  web:\n    image: a:1\n    x-torii: yes\n',
      ['compose.yaml:1:1-1:8 error x-torii must be a mapping of settings', 'compose.yaml:5:5-5:12 error web: x-torii must be a mapping of settings'],
    ],
    [
      'settings in kamiwaza.json',
      'T005',
      { 'compose.yaml': web('image: a:1'), 'kamiwaza.json': '{\n  "torii": {"gate": {"timeout": 5}},\n  "strip_path_prefix": "no"\n}\n' },
      [
        'kamiwaza.json:2:22-2:31 error torii.gate.timeout must be a duration such as 60s or 1m30s, longer than nothing and at most a day',
        'kamiwaza.json:3:3-3:22 error strip_path_prefix must be true or false',
      ],
    ],
    [
      'broken metadata',
      'T008',
      { 'compose.yaml': web('image: a:1'), 'kamiwaza.json': '{\n  "name": "a",\n  "env_defaults": [1]\n}\n' },
      ['kamiwaza.json:3:3-3:17 error env_defaults must be an object of names and values'],
    ],
    [
      'metadata with a comma too many',
      'T008',
      { 'compose.yaml': web('image: a:1'), 'kamiwaza.json': '{\n  "name": "a",\n}\n' },
      ['kamiwaza.json:3:1-3:1 error it is not valid JSON: Expected double-quoted property name in JSON at position 17 (line 3 column 1)'],
    ],
    ['a broken .env', 'T009', { 'compose.yaml': web('image: a:1'), '.env': 'A=1\n\nnot this\n' }, ['.env:3:1-3:1 error it should be NAME=value']],
    [
      'a kind that disagrees',
      'T019',
      { 'compose.yaml': web('image: a:1'), 'kamiwaza.json': '{"name": "service-x",\n "kind": "app"}\n' },
      ['kamiwaza.json:2:10-2:15 warning kamiwaza.json says "app", but by its name "service-x" is deployed as service'],
    ],
    ['a name that is cleaned', 'T020', 'name: My_App\nservices:\n  web:\n    image: a:1\n', ['compose.yaml:1:7-1:13 info "My_App" is deployed as "my-app"']],
  ])('%s: %s', async (_, rule, sample, expected) => {
    expect(await saidOf(rule, sample)).toEqual(expected)
  })
})
