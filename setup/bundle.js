// Bundles the command line and the control plane into dist/: running the sources costs more than the 60 ms that `--help` may take.
import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { build } from 'esbuild'
import { placeBundle } from './place-bundle.ts'

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
await placeBundle(draft, join(root, 'dist'))

/** Changes with every source and every library: a server of another build is replaced. */
async function buildId() {
  const hash = createHash('sha256').update(await readFile(join(root, 'package-lock.json')))
  const files = (await readdir(join(root, 'src'), { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile())
  for (const path of files.map((entry) => join(entry.parentPath, entry.name)).sort()) hash.update(path.slice(root.length)).update(await readFile(path))
  return hash.digest('hex').slice(0, 12)
}
