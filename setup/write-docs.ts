// Writes the pages of docs/ that are made from tables, so that they cannot drift: `npm run docs`. With --check it only compares.
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { failuresPage, policyPage } from './pages.ts'

const docs = join(import.meta.dirname, '../docs')
const pages = { 'failures.md': failuresPage(), 'policy.md': policyPage() }

for (const [name, text] of Object.entries(pages)) {
  const path = join(docs, name)
  if (!process.argv.includes('--check')) await writeFile(path, text)
  else if ((await readFile(path, 'utf8')) !== text) {
    console.error(`${path} is not what the tables say: run \`npm run docs\``)
    process.exitCode = 1
  }
}
