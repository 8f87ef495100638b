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
      .map(({ id, name, severity, title }) => `| [${id}](${id}.md) ${name} | ${severity} | ${title.replaceAll('|', '\\|')} |`),
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
    ...sections,
    '',
  ].join('\n')
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
