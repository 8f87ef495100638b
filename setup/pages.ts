import { causeRules } from '../src/deploy/causes/rules.ts'
import { policy } from '../src/extension/policy/policy.ts'
import type { Rule } from '../src/extension/policy/rule.ts'

type Row = Pick<Rule<object>, 'name' | 'decision' | 'reason' | 'safer'>

/** What docs/failures/README.md says of the rules below the table of reasons. */
export function causesSection(): string {
  return [
    '',
    '## Causes',
    '',
    'What made it fail, as rules find it in the evidence that is frozen before anything is removed (`src/deploy/causes/`). The reason stays; sentence',
    'and fix say the cause. One that the evidence leaves no doubt about is said alone; where several fit, each is said, the likeliest first, with',
    'what would tell them apart.',
    '',
    '| cause | found when it sees |',
    '|---|---|',
    ...causeRules.map(({ id, about }) => `| \`${id}\` | ${cell(about)} |`),
    '',
  ].join('\n')
}

/** docs/policy.md: every row of the policy. */
export function policyPage(): string {
  const sections = Object.entries(policy as Record<string, readonly Row[]>).flatMap(([section, rules]) => {
    const rows = rules.map(({ name, decision, reason, safer }) => `| \`${name}\` | ${decision} | ${cell(reason)} | ${cell(safer)} |`)
    return ['', `## ${section === 'model' ? 'the whole file' : section}`, '', '| rule | decision | because | the safer way |', '|---|---|---|---|', ...rows]
  })
  return [
    '# Policy',
    '',
    'Judged on the *resolved* Compose model at admit, and again on the rewritten model that is started. `deny` and `invalid` refuse, `ask` needs',
    'an operator (and refuses until one can be asked), `rewrite` leaves the option out and says so. Everything that no row knows is refused;',
    '`x-*` is allowed. Written by `npm run docs` from `src/extension/policy/`.',
    ...sections,
    '',
  ].join('\n')
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('\n', ' ')
}
