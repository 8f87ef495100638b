import { familyOf, installCommand, withoutInstalling } from '../package-of.ts'
import { type Case, isOfCheck } from './case.ts'
import { isShellForm, textOf } from './check-target.ts'
import { quote, type Rule, testLine, write, writeCheck } from './rule.ts'

const clients = new Set(['curl', 'wget', 'http', 'https', 'httpie', 'xh'])

/** What runs in the container tells what its image has. */
const languages: [RegExp, (url: string) => [string, ...string[]]][] = [
  [
    /\b(python[\d.]*|uvicorn|gunicorn|flask|hypercorn|daphne|streamlit|celery|granian)\b/,
    (url) => ['python3', '-c', `import urllib.request; urllib.request.urlopen('${url}', timeout=3)`],
  ],
  [/\b(node|npm|npx|next-server|yarn|pnpm)\b/, (url) => ['node', '-e', `fetch('${url}').then(r => process.exit(r.ok ? 0 : 1), () => process.exit(1))`]],
  [/\b(php|php-fpm|apache2-foreground)\b/, (url) => ['php', '-r', `exit(@file_get_contents('${url}') === false ? 1 : 0);`]],
  [/\b(ruby|puma|rails|unicorn)\b/, (url) => ['ruby', '-rnet/http', '-e', `exit Net::HTTP.get_response(URI('${url}')).code.to_i < 400`]],
]

/** The same question asked with what the image has, as a line of the Compose file; null: nothing is known of it. */
export function replacement({ target, seen, said, lacks }: Case): string | null {
  if (target?.path == null || !clients.has(lacks ?? '')) return null
  const url = `http://${target.host === 'localhost' ? '127.0.0.1' : target.host}:${target.port}${target.path}`
  const runs = [...(seen?.processes ?? []), ...(seen?.facts?.entrypoint ?? []), ...(seen?.facts?.command ?? [])].join('\n')
  const language = languages.find(([program]) => program.test(runs))
  if (language) return testLine('CMD', language[1](url))
  // busybox says "/bin/sh: curl: not found", and has a wget itself.
  return lacks !== 'wget' && /\/bin\/sh: \w+: not found/.test(said) ? testLine('CMD', ['wget', '-q', '-O', '/dev/null', url]) : null
}

/** dash counts its lines ("/bin/sh: 1: curl: not found"), busybox does not. */
function installing(program: string, { said, service, planned, target }: Case): string {
  const isBusybox = /\/bin\/sh: [\w.-]+: not found/.test(said)
  const family = /\/bin\/sh: \d+: /.test(said) ? 'debian' : (familyOf(planned?.image ?? '') ?? (isBusybox ? 'alpine' : 'debian'))
  const command = installCommand(program, family)
  if (command === null) return `Use ${withoutInstalling(program, target?.port ?? null)}`
  return `In the Dockerfile of ${service}, before its USER, write \`RUN ${command}\``
}

/** Torii asks from outside, which needs nothing in the image. */
function withoutTool({ service, target, revision }: Case): string {
  const port = target?.port ?? (revision.plan?.route?.service === service ? revision.plan.route.port : 'N')
  const asks = target?.path == null ? `tcp: ${port}` : `http: ${target.path}, port: ${port}`
  return `${write(service, '', `x-torii: {healthcheck: {${asks}}}`)} in the place of its \`healthcheck:\` (where its image has one, beside \`healthcheck: {disable: true}\`): Torii then asks from outside`
}

export const checkProgramRules: Rule[] = [
  {
    id: 'no-shell-in-image',
    about: 'a health check in shell form, in an image without a shell (scratch, distroless)',
    find: (seen) => {
      const { service, check, lacks } = seen
      if (!isOfCheck(seen) || check === null || lacks === null || !/^(\/bin\/)?(sh|ash)$/.test(lacks)) return null
      const [program = '', ...rest] = textOf(check)
        .replace(/\s*\|\|\s*exit \d+\s*$/, '')
        .trim()
        .split(/\s+/)
      const own = program.startsWith('/') && !/[;&|$<>`"']/.test(rest.join(' '))
      return {
        clause: `the health check of ${service} needs the shell ${lacks}, which its image does not have`,
        fix: own
          ? `${writeCheck(service, testLine('CMD', [program, ...rest]))}: it runs the program without a shell.`
          : `${withoutTool(seen)}; or, where its own program has a check, ${writeCheck(service, testLine('CMD', ['/the-program', '--its-check'])).replace(/^In/, 'in')}.`,
        evidence: [`the check is in ${isShellForm(check) ? 'shell form' : 'exec form'}: ${quote(textOf(check))}`, `it ended with: ${quote(seen.said)}`],
        sure: true,
      }
    },
  },
  {
    id: 'check-line-as-program',
    about: 'a health check in exec form whose whole line stands in one pair of quotes',
    find: (seen) => {
      const { service, check, said } = seen
      const [form, line = '', ...rest] = check?.test ?? []
      if (!isOfCheck(seen) || form !== 'CMD' || rest.length > 0 || !/\S\s+\S/.test(line) || !said.includes('exec: "')) return null
      return {
        clause: `the health check of ${service} is one line in quotes behind "CMD", so it is taken for the name of a program: \`${quote(line, 120)}\``,
        fix: `${writeCheck(service, testLine('CMD-SHELL', [line]))}: a shell takes the line apart.`,
        evidence: [`the check runs: ${JSON.stringify(check?.test)}`, `it ended with: ${quote(said)}`],
        sure: true,
      }
    },
  },
  {
    id: 'check-program-missing',
    about: 'a health check that runs a program its image does not have',
    find: (seen) => {
      const { service, lacks, check } = seen
      if (!isOfCheck(seen) || lacks === null || check === null) return null
      const other = replacement(seen)
      const install = installing(lacks, seen)
      const connects = /^(?:bash|nc|ncat|netcat)$/.test(lacks) && seen.target?.path === null
      return {
        clause: `the health check of ${service} runs ${lacks}, which its image does not have`,
        fix: connects
          ? `${withoutTool(seen)}. Or: ${install}.`
          : other === null
            ? `${install}; or let the check run a program that is there.`
            : `${writeCheck(service, other)}. Or: ${install}.`,
        evidence: [`the check runs: ${quote(textOf(check))}`, `it ended with: ${quote(seen.said)}`],
        sure: true,
      }
    },
  },
  {
    id: 'check-may-not-run',
    about: 'a health check whose program or script may not be executed',
    find: (seen) => {
      const { service, said, check, attempts } = seen
      const file = /exec: "([^"]+)": permission denied|(?:^|\n)\S*sh: (?:\d+: )?(\S+): Permission denied/i.exec(said)
      const name = file?.[1] ?? file?.[2]
      if (!isOfCheck(seen) || name === undefined || check === null) return null
      // The engine's own words with -1, the shell's with 126.
      const sure = attempts.at(-1)?.exit === -1 || attempts.at(-1)?.exit === 126
      return {
        clause: `the health check of ${service} runs ${name}, which its user may not execute`,
        fix: `In the Dockerfile of ${service}, before its USER, write \`RUN chmod 755 ${name}\``,
        evidence: [`it ended with: ${quote(said)}`, `it runs as ${seen.seen?.facts?.user || 'root'}`],
        sure,
        ...(!sure && { tellsApart: `the check run by hand, with \`docker exec\`: a script may be denied something else than ${name}` }),
      }
    },
  },
]
