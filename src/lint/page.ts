import type { Rule, Sample } from './rule.ts'
import { rules, themes } from './rules.ts'

const words = { error: 'error', warning: 'warning', info: 'info' } as const

/** The page of a rule, in Markdown: docs/lint/<ID>.md. */
export function pageOf(rule: Rule): string {
  return [
    `# ${rule.id} ${rule.name}`,
    '',
    `**${rule.title}.** Severity: ${words[rule.severity]}.`,
    '',
    rule.why,
    '',
    `**What to do.** ${rule.fix}`,
    '',
    `**Where it comes from.** ${sentence(rule.from)}`,
    '',
    '## Found in',
    '',
    ...sampleLines(rule.bad),
    '## Not found in',
    '',
    ...sampleLines(rule.good),
    '## Silence it',
    '',
    `\`# torii: ignore ${rule.id} (why)\` at the end of the line or on the line above, or \`x-torii: {lint: {ignore: [${rule.id}]}}\` at the top of the Compose`,
    'file or in a service.',
    '',
  ].join('\n')
}

/** The guide's six, in its words; rows that come from one say so. */
export const bestPractices = [
  'Always define HEALTHCHECK',
  'Use start-period',
  'Check dependencies',
  'Return fast',
  'Be specific',
  'Graceful degradation',
] as const

export function rulesOfPractice(number: number): Rule[] {
  return rules.filter(({ from }) => from.includes(`best practice ${number}:`))
}

/** docs/lint/README.md: every rule in one table. */
export function indexPage(): string {
  const sections = Object.entries(themes).flatMap(([start, theme]) => [
    '',
    `## ${theme}`,
    '',
    '| rule | severity | found |',
    '|---|---|---|',
    ...rules
      .filter(({ id }) => id.startsWith(start))
      .map(({ id, name, severity, title }) => `| ${linkTo({ id })} ${name} | ${severity} | ${title.replaceAll('|', '\\|')} |`),
  ])
  return [
    '# Lint rules',
    '',
    '`torii lint [DIR|FILE …]` reads Compose files, Dockerfiles, kamiwaza.json and .env as they are written, without Docker and without Compose. An',
    '**error** will be refused or fail, a **warning** will probably not do what was meant, and **info** is worth knowing (`--severity info` shows it).',
    'Where an engine answers and an image is on this machine, it looks into the image without starting it. `--fix` makes the changes that change',
    'nothing but the mistake.',
    '',
    'What no file can tell is not judged: whether the app has a route for `/`, whether `/health` looks at its database, whether it degrades gracefully.',
    '',
    'Written by `npm run docs` from `src/lint/rules/`.',
    '',
    '## Silence one',
    '',
    '`# torii: ignore T501 (why)` at the end of its line or on the line above, in Compose files and Dockerfiles alike; `x-torii: {lint: {ignore:',
    '[T501]}}` in a service or at the top of the Compose file.',
    '',
    '## The guide’s best practices',
    '',
    '| | practice | rules |',
    '|---|---|---|',
    ...bestPractices.map(
      (practice, index) =>
        `| ${index + 1} | ${practice} | ${rulesOfPractice(index + 1)
          .map(linkTo)
          .join(', ')} |`,
    ),
    ...sections,
    '',
  ].join('\n')
}

function linkTo({ id }: Pick<Rule, 'id'>): string {
  return `[${id}](${id}.md)`
}

function sampleLines(sample: Sample): string[] {
  const files = typeof sample === 'string' ? { 'compose.yaml': sample } : sample
  return Object.entries(files).flatMap(([name, text]) => [`\`${name}\``, '', `\`\`\`${languageOf(name)}`, text.replace(/\n$/, ''), '```', ''])
}

function languageOf(name: string): string {
  if (/\.ya?ml$/.test(name)) return 'yaml'
  if (name.endsWith('.json')) return 'json'
  return /Dockerfile/.test(name) ? 'dockerfile' : ''
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`
}
