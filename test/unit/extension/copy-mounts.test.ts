import { execFileSync } from 'node:child_process'
import {
  chmodSync,
  chownSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { copiesFolder, copyName } from '../../../src/extension/copied-binds.ts'
import { checkMountSizes, copyMounts } from '../../../src/extension/copy-mounts.ts'
import { realWorld } from '../../../src/extension/world.ts'
import { removeFiles } from '../../../src/extension/write-files.ts'
import { flushedBy } from '../files/flushed.ts'
import { aFolder, aSource, config, ref, refusalOf, resolvedOf } from './makers.ts'

const never = new AbortController().signal

/** An extension with these files whose one service mounts these of its paths. */
function anExtension(files: Record<string, string>, mounts: [path: string, more?: object][], mountLimit = 1024 ** 2) {
  const folder = aFolder(files)
  const home = aFolder()
  const world = realWorld({ ...config, home, mountLimit }, 'inst')
  const volumes = mounts.map(([path, more]) => ({ type: 'bind', source: join(folder, path), target: `/${path}`, read_only: true, ...more }))
  const resolved = resolvedOf({ web: { image: 'a', volumes } })
  const source = aSource({ folder })
  const copies = copiesFolder({ home }, ref)
  return {
    ...{ folder, home, copies },
    copyOf: (path: string) => join(copies, copyName(join(folder, path))),
    copy: (signal = never) => copyMounts(resolved, ref, source, world, signal),
    check: () => checkMountSizes(resolved, ref, source, world),
  }
}

describe('what a container reads of the folder', { skip: process.platform !== 'linux' }, () => {
  test('is a copy of ours, with its modes and links; FIFOs, sockets and set-user-ID bits are not in it', async () => {
    const { folder, copy, copyOf } = anExtension({ 'www/index.html': 'hello', 'www/bin/run': '#!', 'web.conf': 'x' }, [['www'], ['web.conf']])
    chmodSync(join(folder, 'www/bin/run'), 0o4755)
    chmodSync(join(folder, 'www/index.html'), 0o640)
    symlinkSync('index.html', join(folder, 'www/near'))
    symlinkSync('/etc/passwd', join(folder, 'www/far'))
    execFileSync('mkfifo', [join(folder, 'www/fifo')])

    await copy()

    expect(readdirSync(copyOf('www')).toSorted()).toEqual(['bin', 'far', 'index.html', 'near'])
    expect(readFileSync(join(copyOf('www'), 'index.html'), 'utf8')).toBe('hello')
    expect(statSync(join(copyOf('www'), 'bin/run')).mode & 0o7777).toBe(0o755)
    expect(statSync(join(copyOf('www'), 'index.html')).mode & 0o7777).toBe(0o640)
    expect(['near', 'far'].map((name) => readlinkSync(join(copyOf('www'), name)))).toEqual(['index.html', '/etc/passwd'])
    expect(readFileSync(copyOf('web.conf'), 'utf8')).toBe('x')
  })

  test.skipIf(process.getuid?.() !== 0)('belongs to whom it belonged: the container’s user may read what it might before', async () => {
    const { folder, copy, copyOf } = anExtension({ key: 'k' }, [['key']])
    chmodSync(join(folder, 'key'), 0o600)
    chownSync(join(folder, 'key'), 1234, 4321)

    await copy()

    expect(statSync(copyOf('key'))).toMatchObject({ uid: 1234, gid: 4321, mode: 0o100600 })
  })

  test('is copied once: whoever goes on after a killed process does not read the folder again, and clears away what is half done', async () => {
    const { folder, copy, copies, copyOf } = anExtension({ 'a/x': 'first', b: 'first' }, [['a'], ['b']])
    await copy()
    mkdirSync(join(copies, '.draft'))
    writeFileSync(join(folder, 'a/x'), 'second')
    rmSync(copyOf('b'))
    writeFileSync(join(folder, 'b'), 'second')

    await copy()

    expect(readFileSync(join(copyOf('a'), 'x'), 'utf8')).toBe('first')
    expect(readFileSync(copyOf('b'), 'utf8')).toBe('second')
    expect(readdirSync(copies)).toHaveLength(2)
  })

  test('is on the disk before it has its name, and its name before the record goes on: a power cut leaves it whole', async () => {
    const { copy, copies, home } = anExtension({ 'a/b/x': 'x', 'a/y': 'y', c: 'z' }, [['a'], ['c']])

    const flushed = await flushedBy(copy)

    const [drafts, names] = [flushed.slice(0, -3), flushed.slice(-3)]
    const inDrafts = drafts.map((path) => path.replace(/^.*\/mounts\/\.[0-9a-f]{12}/, 'draft'))
    expect(inDrafts.toSorted()).toEqual(['draft', 'draft', 'draft/b', 'draft/b/x', 'draft/y'])
    expect(names).toEqual([copies, join(copies, '..'), join(home, 'revisions')])
  })

  test('goes with the revision, also what nobody may write', async () => {
    const { folder, home, copy } = anExtension({ 'a/b/x': '' }, [['a']])
    chmodSync(join(folder, 'a/b'), 0o555)

    await copy()
    await removeFiles({ home }, ref)

    expect(readdirSync(join(home, 'revisions'))).toEqual([])
    chmodSync(join(folder, 'a/b'), 0o755)
  })

  test('is a new, empty folder where there is nothing', async () => {
    const { copy, copyOf, folder } = anExtension({}, [['data']])

    await copy()

    expect(readdirSync(copyOf('data'))).toEqual([])
    expect(readdirSync(folder)).toEqual([])
  })

  test('leads nowhere else when somebody swaps it for a link, and nothing is left of the try', async () => {
    const { folder, copy, copies } = anExtension({ 'data/x': 'mine' }, [['data']])
    renameSync(join(folder, 'data'), join(folder, 'old'))
    symlinkSync(aFolder({ x: 'theirs' }), join(folder, 'data'))

    expect(await refusalOf(copy)).toMatch(/^policy_denied: .*volumes: \.\/data leads outside the extension's folder/)
    expect(readdirSync(copies)).toEqual([])
  })

  test('is none of Torii’s own, where its home lies in the folder', async () => {
    const folder = aFolder({ 'home/token': 'secret', 'app/x': 'mine' })
    const world = realWorld({ ...config, home: join(folder, 'home'), mountLimit: 1000 }, 'inst')
    const resolved = resolvedOf({ web: { image: 'a', volumes: [{ type: 'bind', source: folder, target: '/x', read_only: true }] } })

    await copyMounts(resolved, ref, aSource({ folder }), world, never)

    expect(readdirSync(join(copiesFolder({ home: join(folder, 'home') }, ref), copyName(folder)))).toEqual(['app'])
  })

  test('may be given up in the middle', async () => {
    const { copy, copies } = anExtension({ 'a/x': '' }, [['a']])

    await expect(copy(AbortSignal.abort(new Error('called off')))).rejects.toThrow('called off')
    expect(readdirSync(copies)).toEqual([])
  })
})

describe('before anything is recorded', { skip: process.platform !== 'linux' }, () => {
  test('a folder that is too large is refused, and nothing is written', async () => {
    const { check, home } = anExtension({ 'media/film': 'x'.repeat(1024 ** 2 + 1) }, [['media']])

    expect(await refusalOf(check)).toBe(
      'compose_invalid: The Compose file cannot be used: web mounts ./media at /media, which is larger than 1 MiB: as much as Torii copies.',
    )
    expect(readdirSync(home)).toEqual([])
  })

  test('nor may many mounts together be larger: a folder in another one counts with each', async () => {
    const { check, copy, copies } = anExtension({ 'a/b/c/x': 'x'.repeat(400_000) }, [['a'], ['a/b'], ['a/b/c']])

    expect(await refusalOf(check)).toMatch(/web mounts \.\/\S+ at \/\S+, and with what else is mounted that is larger than 1 MiB: as much as Torii copies/)
    expect(await refusalOf(copy)).toMatch(/with what else is mounted/)
    expect(readdirSync(copies)).toHaveLength(2)
  })

  test('so is a FIFO', async () => {
    const { check, folder } = anExtension({}, [['fifo']])
    execFileSync('mkfifo', [join(folder, 'fifo')])

    expect(await refusalOf(check)).toMatch(/web mounts \.\/fifo at \/fifo, which is neither a file nor a folder/)
  })

  test('many names of one large file count as often as they would be copied', async () => {
    const { check, folder } = anExtension({ 'a/0': 'x'.repeat(300_000) }, [['a']])
    for (const name of ['1', '2', '3']) linkSync(join(folder, 'a/0'), join(folder, 'a', name))

    expect(await refusalOf(check)).toMatch(/larger than 1 MiB/)
  })
})

describe('the live folder stays mounted', () => {
  test.each<[string, [string, object?][], string[]]>([
    ['where it may be written', [['data', { read_only: false }]], []],
    ['where another mount of it may be written', [['data', { read_only: false }], ['data']], []],
    ['where a folder in it may be written', [['.'], ['data', { read_only: false }]], []],
    ['and nothing else', [['data', { read_only: false }], ['www']], ['www']],
  ])('%s', async (_, mounts, copied) => {
    const { copy, copies, copyOf } = anExtension({ 'data/x': '', 'www/x': '' }, mounts)

    await copy()

    expect(lstatSync(copies, { throwIfNoEntry: false }) === undefined ? [] : readdirSync(copies).map((name) => join(copies, name))).toEqual(copied.map(copyOf))
  })
})
