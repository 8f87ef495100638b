import { baseName, isShell } from '../command/programs.ts'
import { type Case, isOfCheck } from './case.ts'
import { textOf } from './check-target.ts'
import { quote, type Rule, testLine, write, writeCheck } from './rule.ts'
import {
  alsoGiving,
  asScript,
  dollars,
  doubled,
  gapIn,
  giving,
  isGiven,
  rawListLine,
  saysNothingThere,
  variablesInScript,
  variablesInWords,
  without,
} from './variables.ts'

/** What a shell reads of a check; null: it runs without one. */
function scriptOf({ check }: Case): string | null {
  const [form, first = '', ...rest] = check?.test ?? []
  if (form === 'CMD-SHELL') return first
  const at = isShell(baseName(first)) ? rest.findIndex((word) => /^-[a-z]*c$/.test(word)) : -1
  return at < 0 ? null : (rest[at + 1] ?? null)
}

const lines = (seen: Case) => [
  `the check as it ran: ${quote(seen.check === null ? '' : textOf(seen.check))}`,
  ...(seen.said === '' ? [] : [`it ended with: ${quote(seen.said)}`]),
]

/** The `test:` of the Compose file with the dollars of these variables doubled, in a form that a shell reads; null: it cannot be told. */
function mendedTest(words: string[], names: string[]): string | null {
  const [form, ...rest] = words
  if (form === 'NONE') return null
  if (form !== 'CMD') {
    const script = form === 'CMD-SHELL' ? rest : words
    return script.length === 1 ? rawListLine('test', ['CMD-SHELL', doubled(script[0] ?? '', names)]) : null
  }
  const first = rest[0] ?? ''
  if (isShell(baseName(first)))
    return rawListLine(
      'test',
      words.map((word) => doubled(word, names)),
    )
  const line = asScript(rest)
  return line === null ? null : rawListLine('test', ['CMD-SHELL', doubled(line, names)])
}

/** Rules for variables in a health check that have no value where it runs. */
export const checkVariableRules: Rule[] = [
  {
    id: 'dollar-eaten',
    about: 'a `$` in a health check that Compose took for a variable of its own',
    find: (seen) => {
      const { check, service, said, planned, revision } = seen
      if (!isOfCheck(seen) || check === null || planned?.checkFrom?.test === 'image') return null
      const text = textOf(check)
      const gap = gapIn(text)
      const blank = revision.source.blanks?.[service]?.test ?? null
      if (gap === null && blank === null) return null
      const names = blank?.names ?? []
      const mended = blank === null ? null : mendedTest(blank.words, names)
      const sure = blank !== null && (gap !== null || saysNothingThere.test(said))
      const general = `In the Compose file, under \`services: ${service}: healthcheck: test:\`, write every \`$\` twice (\`$$VAR\`, \`$$(command)\`): a single one is replaced by Compose before the container sees it`
      return {
        clause:
          blank === null
            ? `the health check of ${service} has lost a variable: what runs is \`${quote(text, 120)}\`, with nothing where a \`$…\` stood`
            : `Compose put nothing in the place of ${dollars(names)} in the health check of ${service}, as nobody gives that to the deployment: what runs is \`${quote(text, 120)}\``,
        fix: `${mended === null ? general : `${writeCheck(service, mended)}, with the \`$\` doubled, so that the container’s own value is taken`}${alsoGiving(seen, names)}.`,
        evidence: [...lines(seen), ...(gap === null ? [] : [`nothing stands beside: ${quote(gap)}`])],
        sure,
        ...(!sure && {
          tellsApart:
            blank === null
              ? `a look at the \`test:\` of ${service} in the Compose file: a single \`$\` there is the cause`
              : `whether the check passes with a value in the place of ${dollars(names)}`,
        }),
      }
    },
  },
  {
    id: 'check-variable-unset',
    about: 'a health check that uses a variable which its container does not have',
    find: (seen) => {
      const { service, said } = seen
      const script = scriptOf(seen)
      if (!isOfCheck(seen) || script === null) return null
      const names = variablesInScript(script).filter((name) => isGiven(seen, name) === false)
      if (names.length === 0 || /(?:^|[\s;&|])(?:\.|source|eval)\s/.test(script)) return null
      const gap = gapIn(without(script, names))
      const sure = gap !== null || saysNothingThere.test(said)
      const empty = names.every((name) => seen.seen?.facts?.empty?.includes(name))
      return {
        clause: `the health check of ${service} uses ${dollars(names)}, which ${names.length === 1 ? 'is' : 'are'} ${empty ? 'empty' : 'not set'} in its container (what a start script exports, a check does not see)`,
        fix: `${names.map((name, at) => (at === 0 ? giving(seen, name) : giving(seen, name).replace(/^In/, 'in'))).join('; and ')}.`,
        evidence: lines(seen),
        sure,
        ...(!sure && { tellsApart: `whether the check passes with a value for ${dollars(names)}` }),
      }
    },
  },
  {
    id: 'check-dollar-literal',
    about: 'a `$VARIABLE` in a health check in exec form, where no shell puts its value in',
    find: (seen) => {
      const { service, check, said, target } = seen
      const [form, ...words] = check?.test ?? []
      const plain = words.filter((_, at) => !/^(?:-[cer]|--eval|--execute)$/.test(words[at - 1] ?? ''))
      const names = variablesInWords(plain)
      if (!isOfCheck(seen) || form !== 'CMD' || scriptOf(seen) !== null || names.length === 0) return null
      const line = asScript(words)
      const shown = names.some(
        (name) => said.includes(`$${name}`) || said.includes(`\${${name}}`) || plain.some((word) => new RegExp(`://[^/]*\\$\\{?${name}`).test(word)),
      )
      const sure = shown && target?.port !== 0
      return {
        clause: `the health check of ${service} asks for ${dollars(names)} as it is written: in the form \`CMD\` no shell puts a value in its place`,
        fix: `${line === null ? `${write(service, 'healthcheck:', 'test: ["CMD-SHELL", "the same as one line"]')}` : writeCheck(service, testLine('CMD-SHELL', [line]))}${alsoGiving(seen, names)}.`,
        evidence: lines(seen),
        sure,
        ...(!sure && { tellsApart: `whether the check passes in the form \`CMD-SHELL\`` }),
      }
    },
  },
]
