// Bundles the command line and the control plane into dist/: running the sources costs more than the 60 ms that `--help` may take.
import { createHash } from 'node:crypto'
import { mkdir, readdir, readFile, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { build } from 'esbuild'

const root = join(import.meta.dirname, '..')
const draft = join(root, `.dist-${process.pid}`)

await build({
  absWorkingDir: root,
  entryPoints: { cli: 'src/cli/main.ts' },
  outdir: draft,
  bundle: true,
  // Chunks by `await import`: each command loads what it needs.
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node24',
  minifySyntax: true,
  minifyWhitespace: true,
  sourcemap: 'linked',
  logLevel: 'warning',
  define: { TORII_BUILD: JSON.stringify(await buildId()) },
  // CommonJS libraries call `require`, which ES modules do not have.
  banner: { js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);" },
  alias: { '@grpc/grpc-js': './setup/unused-grpc.cjs', '@grpc/proto-loader': './setup/unused-grpc.cjs' },
  // Native helpers of SSH connections, which Torii does not make.
  external: ['ssh2', 'cpu-features'],
})
await moveInto(join(root, 'dist'))

/** The entry last. Chunks of older bundles stay for a day: a server that runs may still load one of its own. */
async function moveInto(folder) {
  await mkdir(folder, { recursive: true })
  const fresh = (await readdir(draft)).sort((a, b) => Number(a === 'cli.js') - Number(b === 'cli.js'))
  for (const name of fresh) await rename(join(draft, name), join(folder, name))
  await rm(draft, { recursive: true })
  for (const name of await readdir(folder)) {
    const age = Date.now() - (await stat(join(folder, name))).mtimeMs
    // dist/health is the library's (bundle-health.ts).
    if (!fresh.includes(name) && name !== 'health' && age > 24 * 3_600_000) await rm(join(folder, name))
  }
}

/** Changes with every source and every library: a server of another build is replaced. */
async function buildId() {
  const hash = createHash('sha256').update(await readFile(join(root, 'package-lock.json')))
  const files = (await readdir(join(root, 'src'), { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile())
  for (const path of files.map((entry) => join(entry.parentPath, entry.name)).sort()) hash.update(path.slice(root.length)).update(await readFile(path))
  return hash.digest('hex').slice(0, 12)
}
