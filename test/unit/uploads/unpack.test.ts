import { createHash } from 'node:crypto'
import { chmodSync, mkdirSync, readdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { DeployError } from '../../../src/deploy/failure.ts'
import type { UploadLimits } from '../../../src/uploads/refused.ts'
import { unpack } from '../../../src/uploads/unpack.ts'
import { aPlace, archive, filesIn, inPieces, limits, madeByTar, pax, type Raw, rawEntry, unpacked } from './archives.ts'

const long = `${'long-'.repeat(30)}name`
const base256 = (value: bigint, first = 0x80) => Buffer.from([first, ...Buffer.from(value.toString(16).padStart(22, '0'), 'hex')])

async function refusal(bytes: Uint8Array, more?: Partial<UploadLimits>): Promise<string> {
  const error = await unpacked(bytes, more).catch((thrown: unknown) => thrown)
  if (!(error instanceof DeployError)) throw new Error('it was not refused', { cause: error })
  expect(error.trouble).toMatchObject({ reason: 'upload_refused', fix: expect.stringMatching(/\.$/) })
  return error.trouble.detail
}

describe('a plain archive', () => {
  test('becomes its files and folders; of modes only the executable bit is kept', async () => {
    const bytes = archive(
      { name: './', type: '5' },
      { name: './compose.yaml', content: 'services: {}\n', mode: 0o600 },
      { name: 'bin/run', content: '#!', mode: 0o6755 },
      { name: 'empty/', type: '5', mode: 0o2700 },
    )

    const { files, ...said } = await unpacked(bytes)

    expect(files).toEqual({ 'compose.yaml': '644 services: {}\n', 'bin/': '755', 'bin/run': '755 #!', 'empty/': '755' })
    expect(said).toMatchObject({ bytes: bytes.length, entries: 4, sha256: createHash('sha256').update(bytes).digest('hex') })
  })

  test('may come in pieces of any size', async () => {
    const bytes = archive({ name: 'a', content: 'x'.repeat(1300) }, { name: 'b', content: 'y'.repeat(512) })
    const whole = await unpacked(bytes)

    for (const piece of [1, 7, 511, 512, 513, 100_000]) expect((await unpacked(bytes, {}, piece)).files).toEqual(whole.files)
  })

  test('keeps the times of its files, and does not mind one that is none', async () => {
    const { folder } = await unpacked(archive({ name: 'a', mtime: '00000001750\0' }, { name: 'b', mtime: 'yesterday' }))

    expect(statSync(join(folder, 'a')).mtimeMs).toBe(1_000_000)
  })

  test.each(['--format=ustar', '--format=pax', '--format=gnu'])('of the machine’s own tar is taken: %s', async (format) => {
    const folder = aPlace()
    const deep = `a/${'b'.repeat(80)}/${'c'.repeat(60)}`
    mkdirSync(join(folder, deep), { recursive: true })
    writeFileSync(join(folder, deep, 'é.txt'), 'text')
    writeFileSync(join(folder, 'run'), '', { mode: 0o755 })
    chmodSync(join(folder, 'a'), 0o755)

    expect((await unpacked(madeByTar(folder, format))).files).toEqual(filesIn(folder))
  })

  test('may name a file by GNU’s or pax’s long name', async () => {
    const bytes = archive(
      { name: '././@LongLink', type: 'L', content: `${long}1\0`, magic: 'ustar  \0' },
      { name: 'x', content: '1' },
      pax({ path: `${long}2`, mtime: '1.5', 'SCHILY.xattr.user.x': 'y' }),
      { name: 'x', content: '2' },
      pax({ comment: 'of git archive' }, 'g'),
      { name: '3', prefix: 'in', content: '3' },
    )

    expect((await unpacked(bytes)).files).toEqual({ [`${long}1`]: '644 1', [`${long}2`]: '644 2', 'in/': '755', 'in/3': '644 3' })
  })

  test('may say a size in base-256, or in pax', async () => {
    const bytes = Buffer.concat([
      rawEntry({ name: 'a', content: 'xyz', size: base256(3n) }),
      archive(pax({ size: '2' }), { name: 'b', size: 0, content: 'yz' }),
    ])

    expect((await unpacked(bytes)).files).toEqual({ a: '644 xyz', b: '644 yz' })
  })
})

describe('what is refused', () => {
  const entries = (...raws: Raw[]) => archive(...raws)
  const truncated = archive({ name: 'a', content: 'x'.repeat(2000) })

  test.each<[string, Uint8Array, RegExp, Partial<UploadLimits>?]>([
    ['a symbolic link', entries({ name: 'x', type: '2', linkname: '/etc' }), /^has "x", which is a symbolic link$/],
    ['a hard link', entries({ name: 'x', type: '1', linkname: 'a' }), /^has "x", which is a hard link$/],
    ['a character device', entries({ name: 'x', type: '3' }), /which is a device/],
    ['a block device', entries({ name: 'x', type: '4' }), /which is a device/],
    ['a FIFO', entries({ name: 'x', type: '6' }), /which is a FIFO/],
    ['GNU’s long link', entries({ name: 'x', type: 'K', content: 'y' }), /which is a link/],
    ['a sparse file', entries({ name: 'x', type: 'S' }), /which is a sparse file/],
    ['a sparse file of pax', entries(pax({ 'GNU.sparse.major': '1' }), { name: 'x' }), /sparse file/],
    ['a link of pax', entries(pax({ linkpath: '/etc' }), { name: 'x' }), /has a link/],
    ['an unknown type', entries({ name: 'x', type: 'Z' }), /of a kind that nobody knows \("Z"\)/],
    ['a contiguous file', entries({ name: 'x', type: '7' }), /of a kind that nobody knows/],
    ['a multi-volume part', entries({ name: 'x', type: 'M' }), /of a kind that nobody knows/],
    ['..', entries({ name: '../x' }), /^climbs out of its folder: "\.\.\/x"$/],
    ['.. in the middle', entries({ name: 'a/../../x' }), /climbs out/],
    ['.. at the end', entries({ name: 'a/..', type: '5' }), /climbs out/],
    ['.. by the prefix', entries({ name: 'x', prefix: '..' }), /climbs out/],
    ['.. by a long name', entries({ type: 'L', content: '../x\0' }, { name: 'x' }), /climbs out/],
    ['.. by pax', entries(pax({ path: 'a/../../etc/x' }), { name: 'x' }), /climbs out/],
    ['an absolute name', entries({ name: '/etc/x' }), /^names an absolute path/],
    ['an absolute prefix', entries({ name: 'x', prefix: '/etc' }), /^names an absolute path/],
    ['a drive', entries({ name: 'C:x' }), /^names a drive/],
    ['a backslash', entries({ name: '..\\x' }), /has a backslash/],
    ['a control character', entries({ name: 'a\nb' }), /control character in the name "a b"|control character/],
    ['a NUL in a pax path', entries(pax({ path: 'a\0b' }), { name: 'x' }), /control character/],
    ['a NUL in a name', entries({ name: 'a\0b' }), /NUL/],
    ['an empty name', entries({ name: '' }), /without a name/],
    ['a double slash', entries({ name: 'a//b' }), /not written plainly/],
    ['a dot in the middle', entries({ name: 'a/./b' }), /not written plainly/],
    ['a name that is not UTF-8', entries({ name: Buffer.from([0x61, 0xff]) }), /not UTF-8/],
    ['a file that ends with a slash', entries({ name: 'a/' }), /named as a folder/],
    ['the root as a file', entries({ name: './' }), /named as a folder/],
    ['a folder with contents', entries({ name: 'a', type: '5', content: 'x' }), /folder "a" with contents/],
    ['a name twice', entries({ name: 'a' }, { name: 'a' }), /^has "a" twice$/],
    ['a folder twice', entries({ name: 'a', type: '5' }, { name: 'a/', type: '5' }), /^has "a" twice$/],
    ['names that differ only in case', entries({ name: 'Readme' }, { name: 'README' }), /differ only in case.*"Readme" and "README"/],
    ['folders that differ only in case', entries({ name: 'A/x' }, { name: 'a/y' }), /differ only in case/],
    ['ß and ss', entries({ name: 'straße' }, { name: 'STRASSE' }), /differ only in case/],
    ['names that normalise alike', entries({ name: 'é' }, { name: 'e\u0301' }), /how letters are encoded/],
    ['a file as a folder', entries({ name: 'a' }, { name: 'a/b' }), /"a" as a file and as a folder/],
    ['a folder as a file', entries({ name: 'a/b' }, { name: 'a' }), /"a" as a file and as a folder/],
    ['gzip', Buffer.from([0x1f, 0x8b, 8, 0, ...Array(600).fill(1)]), /^is compressed \(gzip\)$/],
    ['zstd', Buffer.from([0x28, 0xb5, 0x2f, 0xfd, ...Array(600).fill(1)]), /zstd/],
    ['xz', Buffer.from([0xfd, 0x37, 0x7a, 0x58, 0x5a, 0, ...Array(600).fill(1)]), /xz/],
    ['bzip2', Buffer.from(`BZh9${'x'.repeat(600)}`), /bzip2/],
    ['a zip', Buffer.from(`PK\u0003\u0004${'x'.repeat(600)}`), /zip/],
    ['something else', Buffer.from('x'.repeat(1024)), /no tar archive, or damaged/],
    ['nothing', Buffer.alloc(0), /^is empty$/],
    ['two empty blocks', Buffer.alloc(1024), /no file in it/],
    ['an archive without its end', truncated.subarray(0, -1024), /ends in the middle/],
    ['one with half an end', truncated.subarray(0, -512), /ends in the middle/],
    ['one cut in a file', truncated.subarray(0, 1500), /ends in the middle/],
    ['one cut in a header', truncated.subarray(0, 300), /ends in the middle/],
    ['one that ends after an extended header', entries(pax({ path: 'x' })), /ends in the middle/],
    ['what comes after the end', Buffer.concat([archive({ name: 'a' }), archive({ name: 'b' })]), /goes on after its end/],
    ['a wrong sum', entries({ name: 'a', checksum: 1 }), /the sum of a header is wrong/],
    ['a size that is no number', entries({ name: 'a', size: Buffer.from('0000000000x\0') }), /size of a header is no number/],
    ['no size', entries({ name: 'a', size: Buffer.alloc(12) }), /size of a header is no number/],
    ['a base-256 size out of range', entries({ name: 'a', size: base256(2n ** 60n) }), /size is out of range/],
    ['a negative size', entries({ name: 'a', size: base256(2n ** 88n - 1n, 0xff) }), /size is out of range/],
    ['a pax size out of range', entries(pax({ size: '9'.repeat(30) }), { name: 'a' }), /size is out of range/],
    ['a negative pax size', entries(pax({ size: '-1' }), { name: 'a' }), /size is out of range/],
    ['a path for every entry', entries(pax({ path: 'x' }, 'g'), { name: 'a' }), /path of every entry at once/],
    ['two paths of one entry', entries(pax({ path: 'x' }), { type: 'L', content: 'y\0' }, { name: 'a' }), /path of an entry twice/],
    ['a pax record that lies about its length', entries({ type: 'x', content: '99 path=x\n' }, { name: 'a' }), /extended header cannot be read/],
    ['names in another encoding', entries(pax({ hdrcharset: 'BINARY' }), { name: 'a' }), /not UTF-8/],
    ['too many bytes', archive({ name: 'a', content: 'x'.repeat(3000) }), /^is larger than/, { bytes: 2048 }],
    ['too large a file', archive({ name: 'a', content: 'x'.repeat(3000) }), /"a", which is larger than/, { file: 2048 }],
    ['too many entries', entries({ name: 'a/b/c/d' }), /more than 3 files and folders/, { entries: 3 }],
    ['too deep a path', entries({ name: 'a/b/c/d' }), /more than 3 folders deep/, { depth: 3 }],
    ['too long a name', entries(pax({ path: 'x'.repeat(256) }), { name: 'a' }), /more than 255 bytes/],
    ['too long a path', entries(pax({ path: Array(7).fill('x'.repeat(200)).join('/') }), { name: 'a' }), /more than 1024 bytes/],
    ['too long an extended header', entries(pax({ comment: 'x'.repeat(70_000) }), { name: 'a' }), /extended header of more than 64 KiB/],
  ])('%s', async (_, bytes, said, more) => {
    expect(await refusal(bytes, more)).toMatch(said)
  })

  test('a large size alone writes nothing and waits for nobody', async () => {
    expect(await refusal(archive({ name: 'a', size: 200 * 1024, content: 'x' }))).toMatch(/ends in the middle/)
  })

  test('a bomb is not read to its end', async () => {
    let sent = 0
    async function* endless() {
      yield archive({ name: 'a', content: 'x' }).subarray(0, 1024)
      for (;;) {
        sent += 512
        yield rawEntry({ name: `f${sent}` })
      }
    }

    await expect(unpack(endless(), aPlace(), limits)).rejects.toMatchObject({ trouble: { detail: expect.stringContaining('more than 100 files') } })
    expect(sent).toBeLessThan(200 * 512)
  })

  test('nothing of it gets out of the folder through a link that was there before', async () => {
    const [folder, outside] = [aPlace(), aPlace()]
    symlinkSync(outside, join(folder, 'a'))

    await expect(unpack(inPieces(archive({ name: 'a/x' })), folder, limits)).rejects.toThrow()
    expect(readdirSync(outside)).toEqual([])
  })
})
