import type { Program } from '../../deploy/command/programs.ts'
import { type Family, familyOf, installCommand, withoutInstalling } from '../../deploy/package-of.ts'
import type { Hit, Rule } from '../rule.ts'
import { type Inside, type Sureness, shellOf } from '../see/inside.ts'
import type { LintService, Stated } from '../see/service.ts'
import { partOf } from '../see/source.ts'
import type { SystemName } from '../see/systems.ts'
import { eachCheck } from './each.ts'
import { built, checked, web } from './samples.ts'

/** Parts of a shell, and what every image with a shell has. */
const builtIn = new Set(
  '[ [[ test true false : exit return echo printf cd set export read local kill wait type eval source . umask sleep cat head tail wc tr cut sort grep egrep fgrep sed awk ls stat rm mkdir touch expr date hostname id env sh basename dirname'.split(
    ' ',
  ),
)

/** Rows about the programs that a check runs, and whether its image has them. */
export const toolRules: Rule[] = [
  {
    id: 'T204',
    name: 'dev-tcp-needs-bash',
    severity: 'error',
    title: '/dev/tcp outside of bash',
    why: '/dev/tcp is bash’s own. CMD-SHELL runs /bin/sh, which is dash on Debian and Ubuntu and busybox on Alpine: both look for a folder of that name, and the check always fails.',
    fix: 'Write `["CMD", "bash", "-c", "…"]` where the image has bash, or ask with another program.',
    from: 'the wild: 44 checks use /dev/tcp',
    bad: web('image: debian:12-slim', 'healthcheck:', '  test: echo > /dev/tcp/127.0.0.1/8000', '  start_period: 30s'),
    good: web('image: debian:12-slim', 'healthcheck:', '  test: ["CMD", "bash", "-c", "echo > /dev/tcp/127.0.0.1/8000"]', '  start_period: 30s'),
    find: eachCheck(({ command, shell, testAt, programs }, { inside }): Hit[] => {
      const script = command.argv.join(' ')
      if (!script.includes('/dev/tcp/') || programs.some(({ name }) => name === 'bash' || name === 'zsh' || name === 'ksh')) return []
      const isShell = command.form === 'shell' || programs.some(({ name }) => name === 'sh' || name === 'ash' || name === 'dash')
      const runs = shellOf(inside, command.form === 'shell' ? shell : null)
      if (!isShell || runs === 'bash') return []
      const at = partOf(testAt, '/dev/tcp')
      if (runs === null) return [{ at, severity: 'warning', message: '/dev/tcp only works where `sh` is bash, and nothing is known of this image' }]
      return [{ at, message: `/dev/tcp is bash's own, and \`sh\` in ${inside.said} is ${runs}` }]
    }),
  },
  {
    id: 'T205',
    name: 'tool-missing',
    severity: 'error',
    title: 'A check runs a program that its image does not have',
    why: 'The check can never pass: the log says "curl: not found" or "executable file not found", and the container becomes unhealthy however well the app is.',
    fix: 'Install the program in the last stage of the Dockerfile, or ask with one that is there.',
    from: 'the wild: 18 of 45 Dockerfiles whose check uses curl; the guide’s own example on python:3.11-slim',
    bad: built('FROM python:3.11-slim', 'EXPOSE 8000', 'HEALTHCHECK --start-period=30s CMD curl -f http://localhost:8000/health || exit 1'),
    good: built(
      'FROM python:3.11-slim',
      'RUN apt-get update && apt-get install -y --no-install-recommends curl && rm -rf /var/lib/apt/lists/*',
      'EXPOSE 8000',
      'HEALTHCHECK --start-period=30s CMD curl -f http://localhost:8000/health || exit 1',
    ),
    find: eachCheck((stated, service) => missing(stated, service)),
  },
  {
    id: 'T208',
    name: 'wget-writes-a-file',
    severity: 'warning',
    title: 'wget writes a file at every run',
    why: 'Without `--spider` or `-O` wget saves what it gets. busybox’s refuses to do so twice ("File exists"), so the second check fails; others fill the disk.',
    fix: 'Use `wget --spider`, or `wget -O /dev/null`.',
    from: 'measured with busybox 1.37: the first run passes, the second exits 1',
    bad: checked('test: wget -q http://127.0.0.1:8000/health', 'start_period: 30s'),
    good: checked('test: wget -q --spider http://127.0.0.1:8000/health', 'start_period: 30s'),
    find: eachCheck(({ programs, testAt }) =>
      programs
        .filter(({ name, args }) => name === 'wget' && args.some((arg) => !arg.startsWith('-')) && !args.some(keepsNothing))
        .map(() => ({ at: partOf(testAt, 'wget'), message: 'wget saves what it gets as a file, and the next run finds it there' })),
    ),
  },
]

function keepsNothing(arg: string): boolean {
  return /^--(spider|output-document|version|help)/.test(arg) || /^-[a-zA-Z]*O/.test(arg)
}

function missing(stated: Stated, service: LintService): Hit[] {
  const { inside } = service
  const needed = [...(stated.command.form === 'shell' && stated.shell === null ? ['sh'] : []), ...stated.programs.filter(isLookedUp).map(({ name }) => name)]
  for (const program of new Set(needed)) {
    const lack = inside.lacks(program)
    if (lack !== null && !(program !== 'sh' && alternatives(stated.programs, program, inside))) return [hitOf(program, lack, stated, service)]
  }
  return []
}

/** Own programs by their path are the author's; those of a shell are there. */
function isLookedUp({ name, path }: Program): boolean {
  return !builtIn.has(name) && (!path.includes('/') || /^\/(usr\/(local\/)?)?s?bin\//.test(path)) && !name.includes('$')
}

/** `curl … || wget …`: one of them is enough. */
function alternatives(programs: Program[], program: string, inside: Inside): boolean {
  const at = programs.findIndex(({ name }) => name === program)
  return programs.slice(at + 1).some(({ name, after }) => after === '||' && !builtIn.has(name) && inside.lacks(name) === null)
}

function hitOf(program: string, lack: Sureness, stated: Stated, { inside, build, image, ports }: LintService): Hit {
  const base = inside.said
  const where = build === null ? base : `${base} and nothing in the Dockerfile installs it`
  const said = {
    looked: `${base}, which is on this machine, has no ${program}${build === null ? '' : ', and the Dockerfile does not install it'}`,
    known: `${where.includes(' and ') ? `${base} has no ${program} as far as is known, and the Dockerfile does not install it` : `${base} has no ${program}, as far as is known`}`,
    guessed: `${base} has no ${program} as far as is known, and none of the packages that the Dockerfile installs is called so`,
  }[lack]
  const severity = lack === 'looked' || (lack === 'known' && build !== null) || image === null ? (lack === 'guessed' ? 'warning' : 'error') : 'warning'
  const fix = fixFor(program, inside, { isBuilt: build !== null, port: ports.numbers[0] ?? null })
  return { at: program === 'sh' ? stated.testAt : partOf(stated.testAt, program), severity, message: said, fix }
}

function fixFor(program: string, inside: Inside, { isBuilt, port }: { isBuilt: boolean; port: number | null }): string {
  if (program === 'sh') return 'There is no shell: write the check as a list with a program that is in the image.'
  const [there] = ['curl', 'wget', 'python3', 'node', 'php'].filter((each) => clients.has(program) && each !== program && inside.has(each))
  const family = inside.system === null ? familyOf(inside.said) : familyIn[inside.system]
  const command = family && installCommand(program, family)
  const where = isBuilt ? 'in the last stage' : 'in a Dockerfile of your own'
  const instead = there === undefined ? '' : `Ask with what is there, for example ${replacements[there] ?? there}`
  if (command === null) return `${instead === '' ? 'Use' : `${instead}, or use`} ${withoutInstalling(program, port)}.`
  return `${instead === '' ? 'Install it' : `${instead}, or install it`} ${where}: \`RUN ${command}\`.`
}

/** What asks by HTTP can be put in each other's place. */
const clients = new Set(['curl', 'wget', 'http', 'https', 'python', 'python3', 'node', 'php', 'perl', 'ruby'])

const familyIn: Record<SystemName, Family> = {
  debian: 'debian',
  ubuntu: 'debian',
  buildpack: 'debian',
  alpine: 'alpine',
  redhat: 'redhat',
  busybox: 'none',
  scratch: 'none',
  distroless: 'none',
}

const replacements: Record<string, string> = {
  curl: '`curl -f URL`',
  wget: '`wget -q --spider URL`',
  python3: '`python3 -c "import urllib.request; urllib.request.urlopen(\'URL\')"`',
  node: '`node -e "fetch(\'URL\').then(r => process.exit(r.ok ? 0 : 1), () => process.exit(1))"`',
  php: '`php -r "exit(@file_get_contents(\'URL\') === false ? 1 : 0);"`',
}
