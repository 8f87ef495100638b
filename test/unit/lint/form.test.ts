import { describe, expect, test } from 'vitest'
import type { Sample } from '../../../src/lint/rule.ts'
import { built, checked } from '../../../src/lint/rules/samples.ts'
import { saidOf } from './makers.ts'

describe('the form of a test', () => {
  test.each<[string, string, Sample, string[]]>([
    ['a list without CMD', 'T201', checked('test: ["curl", "-f", "http://localhost:8000"]'), ['compose.yaml:6:13-6:52 error web: the list begins with "curl"']],
    ['NONE as a text', 'T201', checked('test: NONE'), ['compose.yaml:6:13-6:17 error web: "NONE" as a text runs a program called NONE']],
    [
      'a block list',
      'T202',
      checked('test:', '  - CMD-SHELL', '  - pg_isready', '  - -U', '  - app'),
      ['compose.yaml:7:9-10:14 error web: only "pg_isready" is run; "-U" "app" are dropped'],
    ],
    [
      'a script of sh -c in words',
      'T202',
      checked('test: ["CMD", "sh", "-c", "test", "-f", "/tmp/ready"]'),
      ['compose.yaml:6:13-6:60 error web: only "test" is run: `sh -c` takes the next word for its whole script, and the rest is dropped'],
    ],
    ['a script of sh -c with its own $1', 'T202', checked('test: ["CMD", "sh", "-c", "curl -f $$1", "_", "http://localhost:8000/"]'), []],
    [
      'operators as arguments',
      'T203',
      checked('test: [CMD, curl, -f, "http://localhost:8000", "||", exit, "1"]'),
      ['compose.yaml:6:13-6:70 error web: "||" is handed to curl as an argument'],
    ],
    [
      'a line as a program',
      'T203',
      checked('test: ["CMD", "curl -f http://localhost:8000"]'),
      ['compose.yaml:6:13-6:53 error web: "curl -f http://localhost:8000" is taken for the name of one program'],
    ],
    [
      'exec form in a Dockerfile',
      'T203',
      built('FROM python:3.13', 'HEALTHCHECK CMD ["curl", "-f", "http://localhost:8000", "||", "exit", "1"]'),
      ['Dockerfile:2:13-2:75 error web: "||" is handed to curl as an argument'],
    ],
    ['a shell that is named', 'T203', checked('test: [CMD, sh, -c, "curl -f http://localhost:8000 || exit 1"]'), []],
    [
      'a variable in CMD',
      'T217',
      checked('test: ["CMD", "pg_isready", "-U", "$$POSTGRES_USER"]'),
      ['compose.yaml:6:13-6:59 warning web: $POSTGRES_USER reaches pg_isready as it is written: there is no shell'],
    ],
    [
      'a variable in code',
      'T217',
      checked(`test: ["CMD", "node", "-e", "fetch(\`http://localhost:$\${process.env.PORT}\`).then(r => process.exit(r.ok ? 0 : 1))"]`),
      [],
    ],
  ])('%s: %s', async (_, rule, sample, expected) => {
    expect(await saidOf(rule, sample)).toEqual(expected)
  })
})
