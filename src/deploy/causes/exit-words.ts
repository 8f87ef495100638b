import { isFarewell, secondsOf } from '../words.ts'
import { isToldToRun } from './app-object.ts'
import { type Case, ending, finalLines, isOfEnd, lastLogLine } from './case.ts'
import { errorFix, library } from './error-fix.ts'
import { pythonPackage } from './python-packages.ts'
import { lastMatch, quote, type Rule } from './rule.ts'
import { isUnread } from './unread.ts'

/** coreutils 9: `env: 'bash\r': No such file or directory`; dash and busybox: `set: Illegal option -` before a `\r` that nobody sees; bash writes it out. */
const windowsWords =
  /\benv: (?:can't execute )?'?[\w.-]{1,40}(?:\\r|\r)'?: No such file|\bset: (?:Illegal option -|-: invalid option|invalid option -)\s*$|\$'\\r': command not found|\^M: (?:bad interpreter|not found)/

const missingModule = /ModuleNotFoundError|ImportError: No module|Cannot find (?:module|package)|error while loading shared libraries/

/** Rules for what a container says before it ends. */
export const exitWordRules: Rule[] = [
  {
    id: 'windows-line-ends',
    about: 'a shell script with Windows line ends, of which the shell takes every `\\r` for a part of its words',
    find: (seen) => {
      const line = lastMatch(finalLines(seen), windowsWords)?.input
      const script = /^(\S+\.sh|\/\S+): (?:line )?\d+:/.exec(line ?? '')?.[1] ?? scriptRun(seen) ?? 'the script'
      if (!isOfEnd(seen) || line === undefined) return null
      return {
        clause: `${script} of ${seen.service} has Windows line ends (CRLF), which its shell takes for a part of every line`,
        fix: `Save it with LF line ends (\`sed -i 's/\\r$//' ${script}\`; \`*.sh text eol=lf\` in .gitattributes keeps it so) and build again.`,
        evidence: [quote(line)],
        sure: true,
      }
    },
  },
  {
    id: 'module-missing',
    about: 'a program that ends because a module or library is not in its image',
    find: (seen) => {
      const text = ending(seen)
      const last = lastMatch(finalLines(seen), missingModule)
      const line = (last ?? lastMatch(text.split('\n'), missingModule) ?? lastMatch(seen.log.split('\n'), missingModule))?.input ?? ''
      const python = /ModuleNotFoundError: No module named '([\w.-]+)'|ImportError: No module named ([\w.-]+)/.exec(line)
      const library = /error while loading shared libraries: ([^\s:]+):/.exec(line)
      const name = python?.[1] ?? python?.[2] ?? /Cannot find (?:module|package) '([^']+)'/.exec(line)?.[1] ?? library?.[1]
      if (!isOfEnd(seen) || name === undefined || isToldToRun(seen, name)) return null
      const sure = last !== null
      const own = /^[./]/.test(name) || /could not import module|Error loading ASGI/i.test(text)
      return {
        clause: `${seen.service} ends because ${own ? 'the file' : library ? 'the library' : 'the module'} ${name} is not in its image`,
        fix: own
          ? `Correct the path in the command of ${seen.service}, or copy ${name} into its image (\`COPY . .\` in its Dockerfile, and not in .dockerignore).`
          : python
            ? `In the Dockerfile of ${seen.service}, write \`RUN pip install --no-cache-dir ${pythonPackage(name)}\`, or add it to requirements.txt.`
            : library
              ? `Install the package with ${name} in the Dockerfile of ${seen.service}.`
              : `Add ${name} to the dependencies in package.json and let its Dockerfile \`RUN npm ci\`; a bind mount over the folder would hide node_modules.`,
        evidence: [quote(line)],
        sure,
        ...(!sure && { tellsApart: `whether ${seen.service} goes on without it: \`torii logs ${seen.name} ${seen.service}\`` }),
      }
    },
  },
  {
    id: 'one-shot-failed',
    about: 'a job that others wait for and that failed',
    find: (seen) => {
      const { planned, service } = seen
      const exit = seen.seen?.exitCode
      if (!planned?.oneshot || exit == null || exit === 0) return null
      const [last] = lastLogLine(seen)
      return {
        clause: `the job ${service} failed with exit code ${exit}`,
        fix: `Correct what ${last ? `it says at its end (${quote(last.replace('the last it printed: ', ''), 120)})` : 'makes it fail'}, so that it ends with exit code 0: ${planned.awaitedBy.length > 0 ? `${planned.awaitedBy.join(', ')} waits for that` : 'it is a one-shot'}.`,
        quiet: true,
        evidence: [`exit code ${exit}`, ...(last ? [last] : [isUnread(seen) ? 'what it printed could not be read in time' : 'it printed nothing'])],
        sure: true,
      }
    },
  },
  {
    id: 'program-error',
    about: 'a program that ends with an error of its own',
    find: (seen) => {
      const container = seen.seen
      if (!['container_exited', 'crash_loop'].includes(seen.trouble.reason) || container == null || container.exitCode === 0 || container.exitCode === null)
        return null
      const error = errorLine(ending(seen))
      if (error === null) return null
      const sure = finalLines(seen).some((line) => line.includes(error))
      const frame = ownFrame(seen.seen?.logs ?? '')
      const place = quote(frame ?? '')
      return {
        clause: `${seen.service} ended by an error of its own: ${quote(error, 160)}`,
        fix: errorFix(seen, error, frame),
        quiet: quote(seen.trouble.detail, 2000).includes(quote(error, 60).replace(/…$/, '')),
        evidence: [
          quote(error),
          ...(place === '' ? [] : [place]),
          `exit code ${container.exitCode}${container.ran == null ? '' : ` after ${secondsOf(container.ran)}`}`,
        ],
        sure,
        symptom: true,
        ...(!sure && { tellsApart: `what ${seen.service} did after that line: \`torii logs ${seen.name} ${seen.service}\`` }),
      }
    },
  },
]

/** The script that its command names. */
function scriptRun({ seen }: Case): string | null {
  return [...(seen?.facts?.entrypoint ?? []), ...(seen?.facts?.command ?? [])].find((word) => /^[\w./-]+\.sh$|^\.{0,2}\/[\w./-]+$/.test(word)) ?? null
}

/** The frame of a traceback that is nearest to the error, of the app's own code where there is one: the last in Python, the first in Node. */
export function ownFrame(text: string): string | null {
  const lines = text.split('\n')
  const python = lines.filter((line) => /^\s*File "[^"]+", line \d+/.test(line))
  const own = (line: string) => !library.test(line)
  if (python.length > 0) return (python.findLast(own) ?? python.at(-1) ?? '').trim()
  const from = lines.findLastIndex((line, at) => /^\s+at .+:\d+/.test(line) && !/^\s+at /.test(lines[at - 1] ?? ''))
  const frames = from < 0 ? [] : lines.slice(from).filter((line) => /^\s+at .+:\d+/.test(line))
  return (frames.find(own) ?? frames[0])?.trim() ?? null
}

/** The line of a traceback that says what it was: the last in Python, the one of the Error in Node. */
export function errorLine(text: string): string | null {
  const lines = text.split('\n').filter((line) => !isFarewell(line))
  const named = lines.findLast((line) =>
    /^\s*(?:[\w.]+\.)?(?:[A-Z]\w*)?(?:Error|Exception|Exit)\b(?:: | \[|$)|^\s*(?:Uncaught )?(?:fatal|panic|error|FATAL|ERROR|panicked)[\s:[]|^\[?\d{4}-\d\d-\d\d.{0,60}\b(?:FATAL|ERROR|CRITICAL|PANIC)\b/.test(
      line,
    ),
  )
  return named?.trim() ?? null
}
