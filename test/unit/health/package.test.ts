import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { execa } from 'execa'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { bundleHealth } from '../../../setup/bundle-health.ts'

const root = join(import.meta.dirname, '../../..')
const vendored = join(root, 'examples/node-app/vendor')
const json = async (...path: string[]) => JSON.parse(await readFile(join(...path), 'utf8'))

/** A folder with an app's node_modules, in which the library is as `npm install` leaves it. */
let app = ''
let built = ''

beforeAll(async () => {
  app = await mkdtemp(join(tmpdir(), 'torii-health-'))
  built = join(app, 'node_modules/torii')
  await bundleHealth(built)
}, 60_000)

afterAll(() => rm(app, { recursive: true }))

async function run(name: string, program: string): Promise<unknown> {
  await writeFile(join(app, name), program)
  const { stdout } = await execa(process.execPath, [name], { cwd: app })
  return JSON.parse(stdout)
}

const ask = `health({ database: () => 'PONG' }).report().then((report) => console.log(JSON.stringify(report)))`

describe('the package', () => {
  test('needs nothing: no package, nothing of Node’s own', async () => {
    const script = await readFile(join(built, 'health.js'), 'utf8')

    expect(await json(built, 'package.json')).not.toHaveProperty('dependencies')
    expect(script).not.toMatch(/^import |\bfrom "|\bimport\(|\brequire\(|\bprocess\.|\bBuffer\b/m)
  })

  test('asks of Node nothing that Node 18 has not', async () => {
    const script = await readFile(join(built, 'health.js'), 'utf8')

    // Types and esbuild know the language; these are what its library got later and one reaches for.
    expect(script).not.toMatch(/withResolvers|toSorted|toReversed|\.groupBy|AbortSignal\.any|isWellFormed|Iterator\./)
  })

  test('is loaded by import, by import() and by require', async () => {
    const healthy = { status: 'healthy', checks: { database: 'ok' } }

    expect(await run('a.mjs', `import { health } from 'torii/health'; ${ask}`)).toEqual(healthy)
    expect(await run('b.cjs', `import('torii/health').then(({ health }) => ${ask})`)).toEqual(healthy)
    expect(await run('c.cjs', `const { health } = require('torii/health'); ${ask}`)).toEqual(healthy)
  })

  test.each(['nodenext', 'bundler'])('has types that a strict app can use, resolved as %s does', { timeout: 30_000 }, async (resolution) => {
    const program = `
      import { type Check, CheckFailure, errorMessage, type HealthReport, health } from 'torii/health'
      const dependency: Check = { check: (signal) => fetch('http://dependency/health', { signal }), critical: false, timeout: 500 }
      export const { GET, HEAD } = health({ dependency, queue: () => { throw new CheckFailure('9000 jobs') } }, { describe: errorMessage({ hide: ['x'] }) })
      export const report: Promise<HealthReport> = health().report()
      // @ts-expect-error a check is a function
      health({ database: Promise.resolve() })
      // @ts-expect-error milliseconds
      health({}, { timeout: '2s' })
    `
    const module = resolution === 'nodenext' ? 'nodenext' : 'esnext'
    const compilerOptions = { module, moduleResolution: resolution, target: 'es2022', lib: ['es2022', 'dom'], types: [], strict: true, noEmit: true }
    await writeFile(join(app, 'app.mts'), program)
    await writeFile(join(app, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: ['app.mts'] }))

    const { stdout, exitCode } = await execa(join(root, 'node_modules/.bin/tsc'), ['-p', app], { reject: false })

    expect({ stdout, exitCode }).toEqual({ stdout: '', exitCode: 0 })
  })

  test('is what `torii/health` means in Torii’s own package too', async () => {
    const own = await json(root, 'package.json')
    const { exports } = await json(built, 'package.json')
    const atRoot = (path: string) => path.replace('./', './dist/health/')

    expect(own.exports['./health']).toEqual({ types: atRoot(exports['./health'].types), default: atRoot(exports['./health'].default) })
    expect(own.scripts.build).toContain('setup/bundle-health.ts')
  })
})

describe('examples/node-app', () => {
  /** Files by name, with their text. */
  async function contentsOf(folder: string): Promise<Record<string, string>> {
    const names = (await readdir(folder)).toSorted()
    return Object.fromEntries(await Promise.all(names.map(async (name) => [name, await readFile(join(folder, name), 'utf8')] as const)))
  }

  test('has the library as it is now. If not: sh examples/node-app/vendor/renew.sh', { timeout: 30_000 }, async () => {
    const [tarball = 'none'] = (await readdir(vendored)).filter((name) => name.endsWith('.tgz'))
    const unpacked = await mkdtemp(join(tmpdir(), 'torii-vendored-'))
    await execa('tar', ['-xzf', join(vendored, tarball), '-C', unpacked])
    const found = await contentsOf(join(unpacked, 'package'))
    await rm(unpacked, { recursive: true })

    expect(tarball).toBe(`torii-${(await json(root, 'package.json')).version}.tgz`)
    expect(found).toEqual(await contentsOf(built))
  })

  test('is installed from its lockfile without asking any registry', { timeout: 30_000 }, async () => {
    const { packages } = await json(root, 'examples/node-app/package-lock.json')

    expect(Object.keys(packages)).toEqual(['', 'node_modules/torii'])
    expect(packages['node_modules/torii'].resolved).toMatch(/^file:vendor\//)
  })
})
