// Builds the library `torii/health` into dist/health/: one JavaScript file, its types, and a package.json of its own. So an app can have
// it without the control plane's libraries: `npm pack ./dist/health`.
import { cp, mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { build } from 'esbuild'
import { execa } from 'execa'

const root = join(import.meta.dirname, '..')

/** Into this folder, which is made. */
export async function bundleHealth(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true })
  await Promise.all([writeScript(folder), writeTypes(folder), writePackage(folder), cp(join(root, 'LICENSE'), join(folder, 'LICENSE'))])
}

async function writeScript(folder: string): Promise<void> {
  await build({
    absWorkingDir: root,
    entryPoints: ['src/health/health.ts'],
    outfile: join(folder, 'health.js'),
    bundle: true,
    format: 'esm',
    // Not `node`: nothing of Node's own may come in.
    platform: 'neutral',
    target: 'node18',
    logLevel: 'warning',
  })
}

async function writeTypes(folder: string): Promise<void> {
  const draft = await mkdtemp(join(tmpdir(), 'torii-types-'))
  try {
    await execa(join(root, 'node_modules/.bin/tsc'), ['-p', join(root, 'src/health'), '--outDir', draft], { stdio: ['ignore', process.stderr, process.stderr] })
    const types = join(draft, 'health')
    for (const name of await readdir(types)) await writeFile(join(folder, name), withJsNames(await readFile(join(types, name), 'utf8')))
  } finally {
    await rm(draft, { recursive: true })
  }
}

/** tsc leaves `./x.ts` in types; only `./x.js` is understood by every version of TypeScript. */
function withJsNames(types: string): string {
  return types.replace(/( from '\.\/[\w-]+)\.ts'/g, "$1.js'")
}

async function writePackage(folder: string): Promise<void> {
  const { name, version, license } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'))
  const description = 'The /health endpoint of the Health Checks Guide, for Node apps'
  const exports = { './health': { types: './health.d.ts', default: './health.js' } }
  const content = { name, version, description, license, type: 'module', engines: { node: '>=18' }, sideEffects: false, exports }
  await writeFile(join(folder, 'package.json'), `${JSON.stringify(content, null, 2)}\n`)
}

/** Whole or not at all: one that is there is in use until the new one is complete. */
async function replace(folder: string): Promise<void> {
  const draft = `${folder}-${process.pid}`
  await bundleHealth(draft)
  await rm(folder, { recursive: true, force: true })
  await rename(draft, folder)
}

if (import.meta.main) await replace(join(root, 'dist', 'health'))
