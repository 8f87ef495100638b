import { baseName, isShell, type Program, programsOf } from '../command/programs.ts'
import { type Case, isOfCheck, lastLogLine, stillStarts } from './case.ts'
import { isSilent } from './check-heard.ts'
import { textOf } from './check-target.ts'
import { longerStart } from './longer-start.ts'
import { quote, type Rule, testLine, writeCheck } from './rule.ts'

/** What a check asks with, in its order: without the shell around it, `exit`, and what is only said. */
function asking({ check }: Case): Program[] {
  const [form, ...argv] = check?.test ?? []
  const programs = programsOf({ form: form === 'CMD' ? 'exec' : 'shell', argv })
  return programs.filter(({ name }) => !isShell(name) && !['exit', 'echo', 'true', 'false', ':', 'printf'].includes(name))
}

const isPath = (word: string | undefined): word is string => word !== undefined && /^[\w./-]*\/[\w./-]+$/.test(word)
const fileTests = /^-[efsrxdwpSL]$/

/** The file that a program looks for; null: none. */
function fileOf({ name, args }: Program): string | null {
  if (name === 'test' || name === '[' || name === '[[') return fileTests.test(args[0] ?? '') && isPath(args[1]) ? args[1] : null
  if (!['stat', 'ls', 'cat', 'find', 'grep'].includes(name)) return null
  return args.find((arg) => isPath(arg) && arg.startsWith('/')) ?? null
}

/** A file that by the check's own words or by its only test was not there. */
function missingFile(seen: Case): { path: string; sure: boolean } | null {
  const programs = asking(seen)
  const told = /(?:^|[\s:'"])(\/[\w./-]+)['"]?: No such file or directory/i.exec(seen.said)?.[1]
  const files = programs.flatMap((program) => fileOf(program) ?? [])
  if (told !== undefined && files.includes(told)) return { path: told, sure: true }
  const tests = programs.filter(({ name, args }) => /^(?:test|\[\[?)$/.test(name) && args[0] !== '-s' && args[0] !== '!')
  const [only] = programs
  const path = only === undefined ? null : fileOf(only)
  if (!isSilent(seen) || tests.length === 0) return null
  if (programs.length === 1 && path !== null) return { path, sure: true }
  const [first] = files
  return first === undefined ? null : { path: first, sure: false }
}

/** The program that a check looks for among the processes. */
function processWanted(programs: Program[]): { name: string; full: boolean; by: string } | null {
  const looks = programs.find(({ name }) => name === 'pgrep' || name === 'pidof')
  const name = looks?.args.findLast((arg) => !arg.startsWith('-'))
  if (looks === undefined || name === undefined || !programs.every((each) => each === looks || each.name === 'grep')) return null
  return { name, full: looks.args.some((arg) => /^-[a-z]*f/.test(arg)), by: looks.name }
}

const waiting = (seen: Case) => [`the check runs: ${quote(seen.check === null ? '' : textOf(seen.check))}`, ...lastLogLine(seen)]
const orLonger = (seen: Case) => `. If it only needs longer: ${longerStart(seen).replace(/^In/, 'in').replace(/^At/, 'at')}`

/** Rules for a check that looks at something in the container instead of asking the app. */
export const checkWaitRules: Rule[] = [
  {
    id: 'check-file-missing',
    about: 'a health check that looks for a file which was never made',
    find: (seen) => {
      const { service, attempts } = seen
      const missing = isOfCheck(seen) ? missingFile(seen) : null
      if (missing === null || attempts.some(({ exit }) => exit === 0)) return null
      const { path } = missing
      const sure = missing.sure && !stillStarts(seen)
      return {
        clause: `the health check of ${service} waits for ${path}, which was ${missing.sure ? 'not there at any check' : 'perhaps never made'}`,
        fix: `Let ${service} make ${path} when it is ready, or write the file that it does make into its check${orLonger(seen)}.`,
        evidence: waiting(seen),
        sure,
        ...(!sure && { tellsApart: `whether ${path} is there by now: \`docker exec\` \`ls -l ${path}\` in the container of ${service}` }),
      }
    },
  },
  {
    id: 'check-process-missing',
    about: 'a health check that looks for a process which does not run, or has another name',
    find: (seen) => {
      const { service, seen: container } = seen
      const wanted = processWanted(asking(seen))
      const runs = container?.processes ?? null
      if (!isOfCheck(seen) || wanted === null || !isSilent(seen) || runs === null || runs.length === 0) return null
      const inLine = runs.find((line) => line.includes(wanted.name))
      if (inLine !== undefined && (wanted.full || wanted.by !== 'pgrep')) return null
      const line = ['pgrep', '-f', wanted.name]
      return {
        clause:
          inLine === undefined
            ? `the health check of ${service} looks for a process called ${wanted.name}, and none runs: it runs ${quote(runs.slice(0, 3).join('; '), 160)}`
            : `the health check of ${service} looks for a program called ${wanted.name}, which is only an argument of what runs: ${quote(inLine, 120)}`,
        fix:
          inLine === undefined
            ? `Start ${wanted.name} in ${service}, or write the name of what runs there into its check: ${writeCheck(service, testLine('CMD', ['pgrep', '-f', nameOf(runs)]))}${orLonger(seen)}.`
            : `${writeCheck(service, testLine('CMD', line))}: \`-f\` looks at the arguments too.`,
        evidence: [
          `the check runs: ${quote(textOf(seen.check ?? { test: [] }))}`,
          ...runs.slice(0, 4).map((each) => `runs: ${quote(each)}`),
          ...lastLogLine(seen),
        ],
        sure: !stillStarts(seen),
        ...(stillStarts(seen) && { tellsApart: `whether ${wanted.name} runs by now: \`docker top\`` }),
      }
    },
  },
]

/** What a process is called: its program, or the script that an interpreter runs. */
function nameOf(runs: string[]): string {
  const words = (runs.find((line) => !/^\S*(?:tini|dumb-init|docker-init)\b/.test(line)) ?? '').split(/\s+/).filter((word) => !word.startsWith('-'))
  const [program = '', script] = words.map((word) => baseName(word).replace(/:$/, ''))
  return /^(?:python[\d.]*|node|ruby|php|java|sh|bash|ash)$/.test(program) && script !== undefined && /^[\w.-]+$/.test(script) ? script : program
}
