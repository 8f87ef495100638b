// Writes the pages of docs/ and examples/ that are made from tables, so that they cannot drift: `npm run docs`. With --check it only compares.
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { pageOf as pageOfReason, reasons, indexPage as reasonsPage } from '../src/deploy/reason-page.ts'
import { indexPage as policyPage } from '../src/extension/policy/page.ts'
import { pageOf as pageOfRule, indexPage as rulesPage } from '../src/lint/page.ts'
import { rules } from '../src/lint/rules.ts'
import { brokenPage } from './broken-page.ts'
import { causesSection } from './pages.ts'

const root = join(import.meta.dirname, '..')
const check = process.argv.includes('--check')
const pages: Record<string, string> = {
  'docs/policy.md': policyPage(),
  'docs/failures/README.md': `${reasonsPage()}${causesSection()}`,
  ...Object.fromEntries(reasons.map((reason) => [`docs/failures/${reason}.md`, pageOfReason(reason)])),
  'docs/lint/README.md': rulesPage(),
  ...Object.fromEntries(rules.map((rule) => [`docs/lint/${rule.id}.md`, pageOfRule(rule)])),
  'examples/broken/README.md': await brokenPage(join(root, 'examples/broken')),
}
/** Of nothing but such pages: they keep none whose row is gone. */
const folders = ['docs/failures', 'docs/lint']

for (const [name, text] of Object.entries(pages)) {
  const path = join(root, name)
  await mkdir(dirname(path), { recursive: true })
  if (!check) await writeFile(path, text)
  else if ((await readFile(path, 'utf8').catch(() => null)) !== text) complain(`${name} is not what the tables say`)
}
for (const folder of folders) {
  for (const name of await readdir(join(root, folder))) {
    if (Object.hasOwn(pages, `${folder}/${name}`)) continue
    if (check) complain(`${folder}/${name} belongs to no row`)
    else await rm(join(root, folder, name))
  }
}

function complain(what: string): void {
  console.error(`${what}: run \`npm run docs\``)
  process.exitCode = 1
}
