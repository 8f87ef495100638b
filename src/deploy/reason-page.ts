import { failures, type Reason, rowOf } from './failure.ts'
import { noteOf } from './reason-notes.ts'

export const reasons = Object.keys(failures) as Reason[]

/** null: there is no such reason. */
export function reasonNamed(word: string): Reason | null {
  return reasons.find((reason) => reason === word) ?? null
}

/** What the exit codes have in common (design §5.2). */
const parts: Record<number, string> = {
  1: 'Torii itself',
  3: 'the extension’s files',
  4: 'images',
  5: 'containers',
  6: 'route and probe',
  7: 'engine, proxy and host',
  8: 'the record',
  130: 'what was called off',
}

/** The page of a reason, in Markdown: docs/failures/<reason>.md. */
export function pageOf(reason: Reason): string {
  const { exit, http, sentence, fix } = rowOf(reason)
  const { means, look, examples = [] } = noteOf(reason)
  return [
    `# ${reason}`,
    '',
    `**${sentence('SERVICE', 'what was seen')}** Exit code ${exit}, HTTP ${http}.`,
    '',
    means,
    '',
    `**What to do.** ${fix('SERVICE')}`,
    '',
    `**To see it yourself.** ${look}`,
    '',
    ...seen(examples),
  ].join('\n')
}

function seen([first, ...others]: string[]): string[] {
  if (first === undefined) return []
  const more = others.length === 0 ? '' : ` Also ${others.map((name) => `[${name}](../../examples/broken/${name})`).join(', ')}.`
  return [
    `**To see it fail.** \`./torii deploy examples/broken/${first}\`; the files in [its \`fixed/\`](../../examples/broken/${first}/fixed) mend it.${more}`,
    '',
  ]
}

/** docs/failures/README.md: every reason in one table a part. */
export function indexPage(): string {
  const codes = [...new Set(reasons.map((reason) => rowOf(reason).exit))].toSorted((a, b) => a - b)
  const sections = codes.flatMap((exit) => [
    '',
    `## ${capital(parts[exit] ?? '')}: exit code ${exit}`,
    '',
    '| reason | sentence | HTTP |',
    '|---|---|---|',
    ...reasons.filter((reason) => rowOf(reason).exit === exit).map(line),
  ])
  return [
    '# Failures',
    '',
    'Every reason a deployment can be refused or fail for. A page a reason: when it is said, what to do, how to see it with your own eyes, and an',
    'extension that fails with it. `torii explain REASON` prints it. Written by `npm run docs` from `src/deploy/failure.ts` and',
    '`src/deploy/reason-notes.ts`.',
    ...sections,
    '',
  ].join('\n')
}

function line(reason: Reason): string {
  const { sentence, http } = rowOf(reason)
  return `| [\`${reason}\`](${reason}.md) | ${sentence('SERVICE', 'what was seen').replaceAll('|', '\\|')} | ${http} |`
}

function capital(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`
}
