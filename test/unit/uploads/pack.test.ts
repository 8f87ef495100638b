import { execFileSync } from 'node:child_process'
import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { ignoredBy } from '../../../src/uploads/ignored.ts'
import { listFolder } from '../../../src/uploads/list-folder.ts'
import { archiveSize, writeArchive } from '../../../src/uploads/tar-writer.ts'
import { aPlace, filesIn, unpacked } from './archives.ts'

function aFolder(files: Record<string, string>): string {
  const folder = aPlace()
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true })
    writeFileSync(join(folder, name), text)
  }
  return folder
}

const packed = async (folder: string, as = 'shop') => {
  const entries = await listFolder(folder, as)
  const bytes = await buffer(writeArchive(entries))
  return { entries, bytes }
}

describe('a folder that is sent', () => {
  test('arrives as it is, below its name, without history and what .toriiignore names', async () => {
    const long = `${'deep-'.repeat(20)}folder/${'é'.repeat(60)}.txt`
    const folder = aFolder({
      'compose.yaml': 'services: {}\n',
      [long]: 'x'.repeat(513),
      '.git/HEAD': 'ref',
      'sub/.git/HEAD': 'ref',
      'node_modules/a/b': '',
      '.toriiignore': 'node_modules\n',
    })
    writeFileSync(join(folder, 'run'), '#!', { mode: 0o755 })
    mkdirSync(join(folder, 'empty'))

    const { entries, bytes } = await packed(folder)

    expect(bytes.length).toBe(archiveSize(entries))
    const sent = (await unpacked(bytes)).files
    expect(Object.keys(sent).filter((name) => /\.git|node_modules/.test(name))).toEqual([])
    expect(sent).toMatchObject({
      'shop/compose.yaml': '644 services: {}\n',
      [`shop/${long}`]: `644 ${'x'.repeat(513)}`,
      'shop/run': '755 #!',
      'shop/empty/': '755',
    })
  })

  test('is a tar archive to the machine’s own tar', async () => {
    const folder = aFolder({ a: '1', [`${'x'.repeat(120)}/b`]: '2' })
    const place = aPlace()

    execFileSync('tar', ['-C', place, '-xf', '-'], { input: (await packed(folder)).bytes })

    expect(filesIn(join(place, 'shop'))).toEqual(filesIn(folder))
  })

  test.each<[string, (folder: string) => void, RegExp]>([
    ['a link', (folder) => symlinkSync('/etc/passwd', join(folder, 'www/link')), /neither a file nor a folder: "www\/link" \(a symbolic link\)/],
    ['a FIFO', (folder) => void execFileSync('mkfifo', [join(folder, 'fifo')]), /"fifo" \(a FIFO\)/],
    ['names that differ only in case', (folder) => writeFileSync(join(folder, 'WWW'), ''), /differ only in case/],
    ['a name that cannot be sent', (folder) => writeFileSync(join(folder, 'a\\b'), ''), /has a backslash/],
  ])('is refused before anything is sent, for %s', async (_, spoil, said) => {
    const folder = aFolder({ 'www/index.html': '' })
    spoil(folder)

    await expect(packed(folder)).rejects.toMatchObject({ trouble: { reason: 'upload_refused', detail: expect.stringMatching(said) } })
  })

  test('many links are named in short', async () => {
    const folder = aFolder({})
    for (let at = 0; at < 8; at++) symlinkSync('x', join(folder, `l${at}`))

    await expect(packed(folder)).rejects.toMatchObject({ trouble: { detail: expect.stringMatching(/"l4" \(a symbolic link\) and 3 more$/) } })
  })

  test('whose file shrinks or goes meanwhile is given up', async () => {
    const folder = aFolder({ a: 'xxxx' })
    const entries = await listFolder(folder, 'shop')
    writeFileSync(join(folder, 'a'), 'x')

    await expect(buffer(writeArchive(entries))).rejects.toThrow('changed while it was sent')
  })

  test.skipIf(process.getuid?.() === 0)('that may not be read is told', async () => {
    const folder = aFolder({ a: 'x' })
    chmodSync(join(folder, 'a'), 0o000)

    await expect(packed(folder).then(({ bytes }) => bytes)).rejects.toThrow('may not be read')
  })
})

test('whatever its files are called and hold, it arrives as it is', async () => {
  const name = fc.stringMatching(/^[a-z0-9é ._-]{1,40}$/).filter((text) => !/^\.+$/.test(text))
  const file = fc.tuple(fc.array(name, { minLength: 1, maxLength: 5 }), fc.string({ maxLength: 1200 }))
  await fc.assert(
    fc.asyncProperty(fc.array(file, { minLength: 1, maxLength: 5 }), async (files) => {
      const folder = aFolder(Object.fromEntries(files.map(([parts, text], at) => [`${at}/${parts.join('/')}`, text])))
      const { bytes } = await packed(folder)
      const sent = (await unpacked(bytes)).files
      const own = Object.fromEntries(Object.entries(filesIn(folder)).map(([path, seen]) => [`shop/${path}`, seen]))
      expect(sent).toEqual({ 'shop/': '755', ...own })
    }),
    { numRuns: 60 },
  )
}, 60_000)

test.each<[string, string[], string[]]>([
  ['node_modules\n', ['node_modules', 'a/node_modules', '.git', 'a/.git'], ['node_modules2', 'a']],
  ['# node_modules\n\n', ['.git'], ['node_modules']],
  ['/dist\nlogs/today\n', ['dist', 'logs/today'], ['a/dist', 'a/logs/today', 'logs']],
  ['*.log\ntmp/*\r\n', ['a.log', 'x/a.log', 'tmp/y'], ['tmp', 'a.logs', 'tmp/y/z', 'b/tmp/y']],
  ['a.b\n(x\n', ['a.b', '(x'], ['aXb', 'x']],
])('.toriiignore %j', (text, ignored, kept) => {
  const isIgnored = ignoredBy(text)

  expect([...ignored, ...kept].filter(isIgnored)).toEqual(ignored)
})
