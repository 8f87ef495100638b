import { causeRules } from '../src/deploy/causes/rules.ts'

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

function cell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('\n', ' ')
}
