import { type Case, isOfCheck } from './case.ts'
import { textOf } from './check-target.ts'
import { quote, type Rule, testLine, writeCheck } from './rule.ts'

/** What bash knows and a POSIX `sh` does not: the words of dash and busybox for it (Docker 26.1.5, Debian 12, busybox 1.35). */
const bashisms: { what: string; inTest: RegExp; said: RegExp }[] = [
  { what: '`/dev/tcp`', inTest: /\/dev\/tcp\//, said: /(cannot|can't) (create|open) \/dev\/tcp|nonexistent director|Directory nonexistent/i },
  { what: '`[[ … ]]`', inTest: /\[\[/, said: /\[\[: not found|\[\[: command not found|syntax error|unexpected/i },
  { what: '`set -o pipefail`', inTest: /pipefail/, said: /illegal option -o pipefail|pipefail: (not found|invalid option)|bad option/i },
  { what: 'a here-string `<<<`', inTest: /<<</, said: /redirection unexpected|syntax error|unexpected redirection/i },
  { what: '`$(( ))` with bash arrays', inTest: /\$\{[A-Za-z_]+\[/, said: /bad substitution/i },
]

function inBash({ service, check }: Case): string {
  return writeCheck(service, testLine('CMD', ['bash', '-c', check === null ? '' : textOf(check)]))
}

/** busybox has no bash beside it as a rule, and clients of its own; dash (Debian) has. */
function byItself(seen: Case, bashism: RegExp): string {
  const { service, target, said, revision } = seen
  const isBusybox = /sh: (?!\d+: )(?:can't (?:create|open)|syntax error|\[\[: not found)/.test(said)
  if (target === null || !bashism.source.includes('dev')) return `${inBash(seen)}, with bash in its image; or write it in what every \`sh\` knows`
  const outside = `\`x-torii: {healthcheck: {tcp: ${target.port}}}\` under \`services: ${service}:\`, in the place of its \`healthcheck:\`, needs no program at all`
  if (!isBusybox) return `${inBash(seen)}; or, where its image has no bash, ${outside}`
  const isRouted = revision.plan?.route?.service === service && revision.plan.route.port === target.port
  const test = isRouted ? ['wget', '-q', '-O', '/dev/null', `http://${target.host}:${target.port}/`] : ['nc', '-z', target.host, String(target.port)]
  return `${writeCheck(service, testLine('CMD', test))}, as busybox has \`${test[0]}\` and no bash; or: ${outside}`
}

export const checkShellRules: Rule[] = [
  {
    id: 'bash-in-sh',
    about: 'a health check written for bash that the image’s `sh` runs',
    find: (seen) => {
      const { check, service, said } = seen
      if (!isOfCheck(seen) || check?.test[0] !== 'CMD-SHELL') return null
      const text = textOf(check)
      const found = bashisms.find(({ inTest, said: words }) => inTest.test(text) && words.test(said))
      if (!found) return null
      return {
        clause: `the health check of ${service} uses ${found.what}, which the \`sh\` of its image does not know`,
        fix: `${byItself(seen, found.inTest)}.`,
        evidence: [`the check runs: ${quote(text)}`, `sh said: ${quote(said)}`],
        sure: true,
      }
    },
  },
  {
    id: 'check-syntax',
    about: 'a health check that its shell cannot read',
    find: (seen) => {
      const { check, service, said } = seen
      // A shell's own name stands before its words: `check.sh: unexpected status 500` is a script that speaks.
      const words =
        /(?:^|\n)(?:\/[\w./-]{0,100}\/)?(?:ba|da|a)?sh: (?:line )?(?:\d+: )?([^\n]{0,200}(?:syntax error|unexpected (?:EOF|end of file|operator|token)|unterminated)[^\n]*)/i.exec(
          said,
        )?.[1]
      if (!isOfCheck(seen) || check?.test[0] !== 'CMD-SHELL' || words === undefined) return null
      return {
        clause: `the shell cannot read the health check of ${service}: ${quote(words, 120)}`,
        fix: `In the Compose file, correct \`services: ${service}: healthcheck: test:\`; what the shell was given is: ${quote(textOf(check))}`,
        evidence: [`the check runs: ${quote(textOf(check))}`, `sh said: ${quote(said)}`],
        sure: true,
      }
    },
  },
]
