import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'

interface Expected {
  mistake: string
  reason: string
  fix: string
}

/** examples/broken/README.md: every broken extension, from its expected.json. */
export async function brokenPage(folder: string): Promise<string> {
  const folders = (await readdir(folder, { withFileTypes: true })).filter((entry) => entry.isDirectory()).map(({ name }) => name)
  const rows = await Promise.all(
    folders.toSorted().map(async (name) => {
      const { mistake, reason, fix } = JSON.parse(await readFile(join(folder, name, 'expected.json'), 'utf8')) as Expected
      return `| [${name}](${name}) | ${cell(mistake)} | [\`${reason}\`](../../docs/failures/${reason}.md) | ${cell(fix)} |`
    }),
  )
  return [
    '# Broken extensions',
    '',
    'Each has one mistake that people really ship, says in `expected.json` what Torii must say of it, and has in `fixed/` the files that mend it, laid',
    'over the others. Their settings are such that the mistake shows within seconds.',
    '',
    '    ./torii deploy examples/broken/curl-missing',
    '    ./torii explain curl-missing',
    '    ./torii rm curl-missing --yes',
    '',
    '`npm run scenarios examples/broken` deploys them all on real Docker, compares, applies each fix and expects DEPLOYED. Written by `npm run docs`',
    'from the `expected.json` files.',
    '',
    '| folder | the mistake | reason | what `fixed/` does |',
    '|---|---|---|---|',
    ...rows,
    '',
  ].join('\n')
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|')
}
