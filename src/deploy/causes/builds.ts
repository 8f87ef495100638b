import { isFarewell } from '../words.ts'
import type { Case } from './case.ts'
import { lastMatch, quote, type Rule } from './rule.ts'

const linesIn = ({ trouble }: Case) => trouble.detail.split('\n').filter((line) => line.trim() !== '')
/** failed to calculate checksum of ref …: "/ap.py": not found */
function missingIn(text: string): string | null {
  return /failed to calculate checksum of ref [^"]*"\/?([^"]+)": not found/.exec(text)?.[1] ?? null
}

const isBuild = ({ trouble }: Case) => trouble.reason === 'build_failed'

/** BuildKit 0.17, buildx 0.13. */
export const buildRules: Rule[] = [
  {
    id: 'build-file-missing',
    about: 'a Dockerfile that copies a file which the build context does not have',
    find: (seen) => {
      const file = missingIn(seen.trouble.detail)
      if (!isBuild(seen) || file === null) return null
      const step = lastMatch(linesIn(seen), /\[[^\]]*\d+\/\d+\] ((?:COPY|ADD) [^:]{1,200})/)?.[1] ?? null
      const stage = /--from=["']?([\w.:/-]{1,100})/.exec(step ?? '')?.[1]
      if (stage !== undefined)
        return {
          clause: `the stage ${stage} has no ${file} when it is copied (\`${quote(step ?? '', 100)}\`)`,
          short: '',
          fix: `Correct that path to the one which the stage ${stage} really writes, or let its build step write there.`,
          evidence: linesIn(seen).slice(0, 3),
          sure: true,
        }
      return {
        clause: `the build context has no ${file}${step === null ? '' : `, which \`${quote(step, 100)}\` wants`}`,
        short: '',
        fix: `Add ${file} to the build context of ${seen.service} (its \`build:\` folder; is it misspelt, or left out by .dockerignore?), or remove that ${/^ADD/.test(step ?? '') ? 'ADD' : 'COPY'} from its Dockerfile.`,
        evidence: linesIn(seen).slice(0, 3),
        sure: true,
      }
    },
  },
  {
    id: 'dockerfile-syntax',
    about: 'a Dockerfile that cannot be read',
    find: (seen) => {
      const said = /dockerfile parse error (?:on )?line (\d+): ([^\n]{1,200})/i.exec(seen.trouble.detail)
      if (!isBuild(seen) || said === null) return null
      const file = /(?:^|\s)([\w./-]*Dockerfile[\w.-]*):\d+/.exec(seen.trouble.detail)?.[1] ?? 'Dockerfile'
      return {
        clause: `${file}:${said[1]}: ${quote(said[2] ?? '', 150)}`,
        short: '',
        fix: `Correct line ${said[1]} of the ${file} of ${seen.service}: ${quote(said[2] ?? '', 150)}.`,
        evidence: linesIn(seen).slice(0, 8),
        sure: true,
      }
    },
  },
  {
    id: 'base-image-missing',
    about: 'a Dockerfile whose FROM names an image that cannot be pulled',
    find: (seen) => {
      const said = /load metadata for (\S+?):? ([^\n]{1,400})|failed to resolve source metadata for (\S+?): ([^\n]{1,400})/.exec(seen.trouble.detail)
      if (!isBuild(seen) || said === null) return null
      const image = (said[1] ?? said[3] ?? '').replace(/^docker\.io\/(library\/)?/, '')
      const why = said[2] ?? said[4] ?? ''
      const network = /dial tcp|lookup|timeout|no such host|connection refused|TLS handshake/i.test(why)
      const rights = /denied|unauthorized|authorization|403|401/i.test(why)
      const absent = /not found|404|manifest unknown/i.test(why)
      return {
        clause: `its base image ${image} cannot be pulled${network ? ': the registry is not reached' : rights ? ': it does not exist, or needs a login' : absent ? ': there is none of that name and tag' : ''}`,
        short: why,
        fix: network
          ? `See that this machine reaches the registry of ${image} (\`docker pull ${image}\`), or take a base image that is here: \`FROM\` in the Dockerfile of ${seen.service}.`
          : `Correct \`FROM ${image}\` in the Dockerfile of ${seen.service} to an image that exists${rights ? ', or log in with `torii registry login`' : ''}.`,
        evidence: linesIn(seen).slice(0, 2),
        sure: true,
      }
    },
  },
  {
    id: 'build-step-failed',
    about: 'a RUN of a Dockerfile that fails',
    find: (seen) => {
      const step = failedRun(seen)
      if (step === null) return null
      const { run, exit } = step
      const lines = step.lines.filter((line) => !isNoise(line))
      const reason = lines.findLast((line) => saysWhy.test(line)) ?? lines.at(-1)
      const last = reason === undefined ? [] : lines.slice(0, lines.indexOf(reason) + 1).slice(-3)
      return {
        clause: `\`${quote(run, 120)}\` ended with exit code ${exit}`,
        short: last.map((line) => quote(line, 120)).join(' | '),
        fix: `Correct \`${quote(run, 120)}\` in the Dockerfile of ${seen.service}${reason === undefined ? '' : `: ${quote(reason, 150)}`}.`,
        evidence: last.slice(-4),
        sure: true,
      }
    },
  },
]

/** A RUN that failed: what it ran, and what it printed. */
export interface FailedRun {
  run: string
  exit: number
  lines: string[]
}

export function failedRun(seen: Case): FailedRun | null {
  const lines = linesIn(seen)
  const at = lines.findIndex((line) => /^\[[^\]]*\d+\/\d+\] RUN /.test(line))
  const said = /^\[[^\]]*\] (RUN .{1,300}?): process "[^\n]*did not complete successfully: exit code: (\d+)/.exec(lines[at] ?? '')
  return !isBuild(seen) || said === null ? null : { run: said[1] ?? '', exit: Number(said[2]), lines: lines.slice(at + 1) }
}

/** What npm 11, pip 25 and their like print beside the reason and behind it. */
function isNoise(line: string): boolean {
  return (
    isFarewell(line) ||
    /^npm notice|^\[notice\]|^\s*npm (?:error|ERR!)\s*$|For a full report see|eresolve-report|Run "npm help|^WARNING: (?:apt|Running pip)|^\s*(?:×|╰─>|\[end of output\]|note: This (?:error|is)|hint: |error: (?:legacy-install-failure|metadata-generation-failed|subprocess-exited-with-error))/.test(
      line,
    )
  )
}

/** It names what went wrong: an error in its own words. */
const saysWhy =
  /^\s*(?:\S{1,80}: )?(?:fatal |npm )?(?:error|ERROR|E:|Error|ERR!|FAILED|failed|panic|fatal)[:\s[(]|\b[A-Z]\w*(?:Error|Exception)\b: |\berror TS\d+|: (?:not found|No such file or directory|command not found|Permission denied)\s*$/
