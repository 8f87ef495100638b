import { expect, test } from 'vitest'
import { failingCheck, neverThere } from '../../../src/deploy/failing-check.ts'
import type { CheckAttempt } from '../../../src/deploy/record.ts'
import { guidesCheck, stamp } from './makers.ts'

const attempt = (exit: number, output: string): CheckAttempt => ({ at: stamp, ms: 5, exit, output })
const shell = (command: string) => ({ ...guidesCheck, test: ['CMD-SHELL', command] })
const curl = shell('curl -f http://localhost:8000/health || exit 1')
const late = attempt(-1, 'Health check exceeded timeout (2s)')

// Docker 26.1.5 (facts/engine.json, probe_log and seen_in_broken_extensions).
test.each([
  [
    'exec form',
    attempt(-1, 'OCI runtime exec failed: exec failed: unable to start container process: exec: "curl": executable file not found in $PATH: unknown'),
    'curl',
  ],
  [
    'exec form, of a path',
    attempt(-1, 'OCI runtime exec failed: exec failed: unable to start container process: exec: "/nope": stat /nope: no such file or directory: unknown'),
    '/nope',
  ],
  ['busybox', attempt(127, '/bin/sh: curl: not found\n'), 'curl'],
  ['dash', attempt(127, '/bin/sh: 1: curl: not found\n'), 'curl'],
  ['bash', attempt(127, '/bin/sh: line 1: curl: command not found\n'), 'curl'],
  ['a script of the image', attempt(127, '/check.sh: line 3: wget: command not found\n'), 'wget'],
  ['busybox, with `|| exit 1`', attempt(1, '/bin/sh: curl: not found\n'), 'curl'],
  ['dash, with `|| exit 1`', attempt(1, '/bin/sh: 1: curl: not found\n'), 'curl'],
])('a program that the image lacks: %s', (_, made, program) => {
  expect(failingCheck(curl, { failingStreak: 3, log: [attempt(1, 'connection refused'), made] })).toEqual({ reason: 'health_tool_missing', program })
})

test.each([
  ['another program’s words', attempt(1, '/bin/sh: 1: psql: not found')],
  ['an app that says so of a page', attempt(22, 'curl: (22) The requested URL returned error: 404 not found')],
  ['an app’s own answer', attempt(1, 'health: not found')],
  ['127 without a word', attempt(127, '')],
  ['a refused connection', attempt(7, 'curl: (7) Failed to connect to localhost port 8000')],
  ['a user that is not there', attempt(-1, 'OCI runtime exec failed: unable to find user nouser: no matching entries in passwd file')],
])('what leaves a doubt is just unhealthy: %s', (_, made) => {
  expect(failingCheck(curl, { failingStreak: 3, log: [made, made, made] })).toEqual({ reason: 'container_unhealthy' })
})

test.each([
  ['all timed out', 3, [late, late, late], 'health_check_hangs'],
  ['all that count timed out', 2, [attempt(0, ''), late, late], 'health_check_hangs'],
  ['more than the engine keeps', 9, [late, late, late, late, late], 'health_check_hangs'],
  ['one failed in another way', 3, [attempt(1, 'no'), late, late], 'container_unhealthy'],
  ['an app that prints these words', 1, [attempt(1, 'Health check exceeded timeout (2s)')], 'container_unhealthy'],
  ['nothing recorded', 3, [], 'container_unhealthy'],
])('a check that does not end: %s', (_, failingStreak, log, reason) => {
  expect(failingCheck(curl, { failingStreak, log })).toEqual({ reason })
})

const inPath = attempt(-1, 'OCI runtime exec failed: exec failed: unable to start container process: exec: "curl": executable file not found in $PATH: unknown')
const noShell = attempt(
  -1,
  'OCI runtime exec failed: exec failed: unable to start container process: exec: "/bin/sh": stat /bin/sh: no such file or directory: unknown',
)

const busybox = attempt(127, '/bin/sh: curl: not found')

test.each([
  ['node', inPath, ['node', 'server.js'], 'curl'],
  ['an interpreter by its path', inPath, ['/usr/local/bin/python3.12', '-u', 'main.py'], 'curl'],
  ['an init that hands over to a server', inPath, ['/sbin/tini', '-g', '--', 'gunicorn', 'app:app'], 'curl'],
  ['an image without a shell', noShell, ['/app'], '/bin/sh'],
])('what one attempt proves for ever, as nothing that runs could bring it: %s', (_, made, command, program) => {
  expect(neverThere(curl, { log: [made] }, command)).toBe(program)
})

test.each([
  ['a shell that installs', inPath, ['sh', '-c', 'apk add curl && exec httpd -f']],
  ['a shell whose script is elsewhere', inPath, ['/bin/bash', '/srv/start']],
  ['an entrypoint that may unpack it', inPath, ['/entrypoint.sh', 'node', 'server.js']],
  ['an entrypoint of an official image', inPath, ['docker-entrypoint.sh', 'postgres']],
  ['an init that hands over to a script', inPath, ['tini', '--', '/entrypoint.sh', 'node', 'server.js']],
  ['an init that hands over to a shell', inPath, ['dumb-init', 'sh', '-c', 'node server.js']],
  ['a runner of scripts', inPath, ['npm', 'start']],
  ['an interpreter that runs an installer', inPath, ['python', '-c', 'import os; os.system("apk add curl")']],
  ['an entrypoint in another language', inPath, ['python', '/srv/entrypoint.py']],
  ['a file of which nobody knows whether it is a script', inPath, ['/srv/run']],
  ['no command that is known', inPath, []],
  ['a file that may still be written', attempt(-1, 'exec: "/app/check.sh": stat /app/check.sh: no such file or directory'), ['node', 'server.js']],
  ['a shell that does not find it', busybox, ['node', 'server.js']],
  ['a refused connection', attempt(7, 'curl: (7) Failed to connect'), ['node', 'server.js']],
])('what proves nothing before the engine’s own verdict: %s', (_, made, command) => {
  expect(neverThere(curl, { log: [made] }, command)).toBe(null)
})
