import { baseName } from './command/programs.ts'
import type { Check } from './plan.ts'
import type { CheckAttempt } from './record.ts'

type Failing = { reason: 'container_unhealthy' | 'health_check_hangs' } | { reason: 'health_tool_missing'; program: string }

/** Characters: Docker keeps no more of one attempt (4096 bytes, 26.1.5). */
const longest = 5000

/**
 * Why a check that has failed for good does: its program is not there, or it never ends in time. Both are said only where Docker's
 * record of the attempts leaves no doubt; `log` holds the last ones, oldest first.
 */
export function failingCheck(check: Check | null, { failingStreak, log }: { failingStreak: number; log: CheckAttempt[] }): Failing {
  const counted = log.slice(-Math.max(1, failingStreak))
  const program = missingProgram(check, counted.at(-1))
  // `[[` is bash's own word, `[curl,` the beginning of a list in single quotes: no programs that could be installed.
  if (program !== null && /\w/.test(program) && !program.startsWith('[')) return { reason: 'health_tool_missing', program }
  return { reason: counted.length > 0 && counted.every(isLate) ? 'health_check_hangs' : 'container_unhealthy' }
}

/**
 * The program that a check will never find, by one attempt: there is no shell, or runc looked through the whole $PATH and nothing that
 * runs could bring it. A path that is not there yet may still be written, a program that a script misses be installed: those prove nothing
 * before the engine's own verdict. `command` is what the container runs (docs/decisions/missing-check-program.md).
 */
export function neverThere(check: Check | null, { log }: { log: CheckAttempt[] }, command: string[]): string | null {
  const last = log.at(-1)
  if (check === null || last === undefined || last.exit !== -1) return null
  const output = last.output.slice(0, longest)
  const shell = /exec: "(\/bin\/sh)": stat \/bin\/sh: no such file/.exec(output)?.[1]
  const program = /exec: "([^"/]+)": executable file not found in \$PATH/.exec(output)?.[1]
  return shell ?? (program !== undefined && bringsNothing(command) ? program : null)
}

/** Hand over to the program that follows them. */
const inits = new Set(['tini', 'dumb-init', 'docker-init', 'catatonit', '--'])
/** Servers and interpreters that do what they are told and install nothing. What is not here may be a script. */
const plain =
  /^(node|nodejs|deno|bun|python[\d.]*|pypy\d*|uvicorn|gunicorn|hypercorn|daphne|granian|streamlit|java|ruby|puma|php|php-fpm[\d.]*|dotnet|nginx|httpd|httpd-foreground|apache2-foreground|caddy|haproxy|envoy|redis-server|valkey-server|memcached|postgres|mysqld|mariadbd|mongod|sleep|tail)$/
const installers = /\b(apk|apt|apt-get|dnf|microdnf|yum|pip3?|npm|npx|yarn|pnpm|gem|uv|poetry|curl|wget)\b/

/** It is certain of the container's main process that it gets no programs for others: it is well known, and no script. */
function bringsNothing(command: string[]): boolean {
  const main = command.slice(command.findIndex((word) => !inits.has(baseName(word)) && !word.startsWith('-')))
  const [program = '', ...args] = main
  return plain.test(baseName(program)) && !args.some((word) => installers.test(word) || isScript(word))
}

function isScript(word: string): boolean {
  return /\.sh$|entrypoint/i.test(word) || /^(ba|a|da|z)?sh$/.test(baseName(word))
}

// Docker's own words, with exit code -1 (26.1.5).
function isLate({ exit, output }: CheckAttempt): boolean {
  return exit === -1 && /^Health check exceeded timeout \(/.test(output)
}

// Exec form, exit code -1: OCI runtime exec failed: exec failed: unable to start container process: exec: "curl": executable file not
// found in $PATH: unknown; of a path `exec: "/nope": stat /nope: no such file or directory`. Shell form, exit code 127: busybox
// `/bin/sh: curl: not found`, dash `/bin/sh: 1: curl: not found`, bash `/bin/sh: line 1: curl: command not found` (Docker 26.1.5).
const ofRunc = /exec: "([^"]+)": (?:executable file not found in \$PATH|stat \S+: no such file or directory)/
const ofShell = /(?:^|\n)\S*\bsh: (?:line )?(?:\d+: )?(\S+): (?:command )?not found(?:\n|$)/
const ofAnyShell = /(?:^|[\s:])([^\s:]+): (?:command )?not found(?:\n|$)/

function missingProgram(check: Check | null, last: CheckAttempt | undefined): string | null {
  if (last === undefined || last.exit === 0) return null
  const output = last.output.slice(0, longest).trim()
  if (last.exit === 127) return ofAnyShell.exec(output)?.[1] ?? null
  const unstarted = last.exit === -1 ? ofRunc.exec(output)?.[1] : undefined
  return unstarted ?? ofTheCheck(check, ofShell.exec(output)?.[1])
}

/** `curl … || exit 1` hides the 127: then the shell's words count for a program that the check itself names. */
function ofTheCheck(check: Check | null, program: string | undefined): string | null {
  const named = (check?.test ?? []).some((part) => part.split(/[\s;&|()]+/).includes(program ?? ''))
  return program !== undefined && named ? program : null
}
