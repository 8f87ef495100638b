import type { Check } from './plan.ts'
import type { CheckAttempt } from './record.ts'

type Failing = { reason: 'container_unhealthy' | 'health_check_hangs' } | { reason: 'health_tool_missing'; program: string }

/**
 * Why a check that has failed for good does: its program is not there, or it never ends in time. Both are said only where Docker's
 * record of the attempts leaves no doubt; `log` holds the last ones, oldest first.
 */
export function failingCheck(check: Check | null, { failingStreak, log }: { failingStreak: number; log: CheckAttempt[] }): Failing {
  const counted = log.slice(-Math.max(1, failingStreak))
  const program = missingProgram(check, counted.at(-1))
  // `[[` is bash's own word, and no program that could be installed.
  if (program !== null && /\w/.test(program)) return { reason: 'health_tool_missing', program }
  return { reason: counted.length > 0 && counted.every(isLate) ? 'health_check_hangs' : 'container_unhealthy' }
}

/** Commands that fetch programs while the container starts: then one that is missing may come. */
const installs =
  /\b(?:apk|apt|apt-get|yum|dnf|microdnf|pip3?|npm|yarn|pnpm|gem|cargo|go|poetry|uv)\s+(?:-\S+\s+)*(?:add|install|i|ci|sync)\b|\|\s*(?:ba|a|da)?sh\b/

/**
 * The program that a check will never find, by its first attempt: runc looked through the whole $PATH, or there is no shell. A path
 * that is not there yet may still be written, a program that the shell misses be installed: those, and connections that are refused,
 * prove nothing before the engine's own verdict.
 */
export function neverThere(check: Check | null, { log }: { log: CheckAttempt[] }, command: string[]): string | null {
  const last = log.at(-1)
  if (check === null || last === undefined || last.exit !== -1 || installs.test(command.join(' '))) return null
  const program =
    /exec: "([^"/]+)": executable file not found in \$PATH/.exec(last.output)?.[1] ?? /exec: "(\/bin\/sh)": stat \/bin\/sh: no such file/.exec(last.output)?.[1]
  return program ?? null
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
const ofAnyShell = /(?:^|[\s:])(\S+): (?:command )?not found(?:\n|$)/

function missingProgram(check: Check | null, last: CheckAttempt | undefined): string | null {
  if (last === undefined || last.exit === 0) return null
  const output = last.output.trim()
  if (last.exit === 127) return ofAnyShell.exec(output)?.[1] ?? null
  const unstarted = last.exit === -1 ? ofRunc.exec(output)?.[1] : undefined
  return unstarted ?? ofTheCheck(check, ofShell.exec(output)?.[1])
}

/** `curl … || exit 1` hides the 127: then the shell's words count for a program that the check itself names. */
function ofTheCheck(check: Check | null, program: string | undefined): string | null {
  const named = (check?.test ?? []).some((part) => part.split(/[\s;&|()]+/).includes(program ?? ''))
  return program !== undefined && named ? program : null
}
