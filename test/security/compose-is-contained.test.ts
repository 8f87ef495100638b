import { chmodSync, existsSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { readConfig } from '../../src/config.ts'
import { createCompose } from '../../src/docker/compose.ts'
import { resolveError } from '../../src/docker/compose-words.ts'
import { runProgram } from '../../src/docker/run-program.ts'
import { until } from '../scenarios/until.ts'

const folder = realpathSync(mkdtempSync(join(tmpdir(), 'torii-contained-')))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

function aProgram(name: string, script: string): string {
  const path = join(folder, name)
  writeFileSync(path, `#!/bin/sh\n${script}`)
  chmodSync(path, 0o755)
  return path
}

/** Stands where Compose does, and tells how it was called. */
const told = aProgram(
  'compose',
  `[ "$1" = version ] && { echo 2.26.1; exit; }
printf 'cwd: %s\\nmemory: %s\\n' "$(pwd)" "$(ulimit -d)"
/usr/bin/env | /usr/bin/sort | /bin/sed 's/^/env: /'
for argument in "$@"; do printf 'argument: [%s]\\n' "$argument"; done`,
)

test('Compose resolves a file in an empty environment, in a folder of ours, with a gibibyte of memory, and every value is part of an option', async () => {
  process.env['TORII_TEST_CANARY'] = 'canary of the controller'
  const home = join(folder, 'home')
  const compose = createCompose({ ...readConfig({}), home, composeBinary: told })

  const { yaml } = await compose.config({ folder: '/srv/--x', file: '/srv/--x/-f.yaml', project: '--help', env: { PATH: '/nowhere' }, profiles: ['-p'] })
  delete process.env['TORII_TEST_CANARY']

  const lines = yaml.split('\n')
  // The shell that this Compose is sets these for itself.
  expect(lines.filter((line) => line.startsWith('env: ') && !/^env: (PWD|SHLVL|_|OLDPWD)=/.test(line))).toEqual([])
  expect(lines).toContain(`cwd: ${home}/compose`)
  expect(lines).toContain(`memory: ${1024 ** 2}`)
  expect(lines.filter((line) => line.startsWith('argument: ')).map((line) => line.replace(/env-[0-9a-f-]+\]$/, 'env-…]'))).toEqual([
    'argument: [--project-name=--help]',
    'argument: [--project-directory=/srv/--x]',
    'argument: [--file=/srv/--x/-f.yaml]',
    `argument: [--env-file=${home}/compose/env-…]`,
    'argument: [--profile=-p]',
    'argument: [config]',
  ])
})

test('a program gets no more memory than it may have', async () => {
  const greedy = aProgram('greedy', `exec ${process.execPath} -e 'const held = []; for (;;) held.push(Buffer.alloc(16 << 20, 1))'`)

  const ended = await runProgram({ file: greedy, args: [], cwd: '/', env: {}, within: 30_000, memory: 512 * 1024 ** 2 })

  expect({ ok: ended.ok, cut: ended.cut }).toEqual({ ok: false, cut: null })
})

test('what Go says when it gets no more memory becomes one sentence', () => {
  const stderr = 'fatal error: runtime: out of memory\n\nruntime stack:\nruntime.throw({0x2, 0x16})\n\tgoroutine 1 [running]:\n'

  expect(resolveError({ ok: false, stdout: '', stderr, cut: null }).trouble.detail).toBe('Compose needs more than 1 GiB of memory for the file')
})

test('a program that is out of time ends with all that it started, whatever signals they ignore', async () => {
  const pids = join(folder, 'pids')
  const stubborn = aProgram(
    'stubborn',
    `trap '' TERM INT HUP\n( trap '' TERM INT HUP; echo $$ >>${pids}; while :; do sleep 1000; done ) &\necho $! >>${pids}\nwhile :; do sleep 1000; done\n`,
  )
  const ended = runProgram({ file: stubborn, args: [], cwd: '/', env: { PATH: '/usr/bin:/bin' }, within: 1000 })
  await until('its children', async () => existsSync(pids) && readFileSync(pids, 'utf8').split('\n').length > 2)

  expect(await ended).toMatchObject({ ok: false, cut: 'late' })

  const isGone = (pid: string) => !existsSync(`/proc/${pid}`) || readFileSync(`/proc/${pid}/stat`, 'utf8').includes(') Z ')
  await until('their end', async () => readFileSync(pids, 'utf8').trim().split('\n').every(isGone))
})
