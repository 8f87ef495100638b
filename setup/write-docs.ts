// Writes the pages of docs/ that are made from tables, so that they cannot drift: `npm run docs`. With --check it only compares.
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { indexPage, pageOf } from '../src/lint/page.ts'
import { rules } from '../src/lint/rules.ts'
import { failuresPage, policyPage } from './pages.ts'

const docs = join(import.meta.dirname, '../docs')
const check = process.argv.includes('--check')
const pages: Record<string, string> = {
  'failures.md': failuresPage(),
  'policy.md': policyPage(),
  'lint/README.md': indexPage(),
  ...Object.fromEntries(rules.map((rule) => [`lint/${rule.id}.md`, pageOf(rule)])),
}

await mkdir(join(docs, 'lint'), { recursive: true })
for (const [name, text] of Object.entries(pages)) {
  const path = join(docs, name)
  if (!check) await writeFile(path, text)
  else if ((await readFile(path, 'utf8').catch(() => null)) !== text) complain(`${path} is not what the tables say`)
}
// A folder of nothing but such pages keeps none whose row is gone.
for (const name of await readdir(join(docs, 'lint'))) {
  const path = join(docs, 'lint', name)
  if (Object.hasOwn(pages, `lint/${name}`)) continue
  if (check) complain(`${path} belongs to no rule`)
  else await rm(path)
}

function complain(what: string): void {
  console.error(`${what}: run \`npm run docs\``)
  process.exitCode = 1
}
