import { expect, test } from 'vitest'
import { blockMetadata, metadataCommands, metadataIs, unblockMetadata } from '../../../src/docker/metadata-rule.ts'
import type { Ended, Program } from '../../../src/docker/run-program.ts'

const place = { subnetPool: '10.213.0.0/16', dockerHost: 'unix:///var/run/docker.sock' }
const local = { priority: 0, src: 'all', table: 'local' }

/** A host whose rules are kept as iproute2 tells and takes them. */
function aHost({ refuses = '', rules = [local] as object[] } = {}) {
  const done: string[] = []
  const ended = (stdout: string, stderr = ''): Ended => ({ ok: stderr === '', stdout, stderr, cut: null })
  const run = async ({ args }: Program): Promise<Ended> => {
    const [, , verb = '', ...rest] = args
    if (args.includes('show')) return ended(JSON.stringify(rules))
    if (refuses !== '') return ended('', refuses)
    const [, , , from = '', , to = ''] = rest
    const [src, srclen] = from.split('/')
    const [dst, dstlen] = to.split('/')
    done.push(`${verb} ${from} ${to}`)
    rules.push({ src, srclen: Number(srclen), dst, ...(dstlen === '32' ? {} : { dstlen: Number(dstlen) }), action: 'prohibit', protocol: '213' })
    return ended('')
  }
  return { run, done, rules }
}

test('two rules for the whole pool, once', async () => {
  const { run, done } = aHost()

  expect(await metadataIs(place, run)).toBe('open')
  expect(await blockMetadata(place, run)).toBeNull()
  expect(await blockMetadata(place, run)).toBeNull()
  expect(await metadataIs(place, run)).toBe('blocked')
  expect(done).toEqual(['add 10.213.0.0/16 169.254.0.0/16', 'add 10.213.0.0/16 100.100.100.200/32'])
})

test('an operator’s own rules count, and stay when Torii’s go', async () => {
  const own = ['169.254.0.0', '100.100.100.200'].map((dst, at) => ({
    src: '10.213.0.0',
    srclen: 16,
    dst,
    ...(at === 0 && { dstlen: 16 }),
    action: 'blackhole',
  }))
  const { run, done } = aHost({ rules: [local, ...own] })

  expect(await metadataIs(place, run)).toBe('blocked')
  expect(await blockMetadata(place, run)).toBeNull()
  await unblockMetadata(place, run)
  expect(done).toEqual([])
  expect(metadataCommands(place)).toContain('ip rule add pref 213 from 10.213.0.0/16 to 169.254.0.0/16 prohibit')
})

test('a rule of another pool, or one that only routes elsewhere, forbids nothing', async () => {
  const rule = { dst: '169.254.0.0', dstlen: 16, protocol: '213' }
  const rules = [local, { ...rule, src: '10.9.0.0', srclen: 16, action: 'prohibit' }, { ...rule, src: '10.213.0.0', srclen: 16, table: '7' }]

  expect(await metadataIs(place, aHost({ rules }).run)).toBe('open')
})

test('what may not be done is said, and of an engine elsewhere nothing is known', async () => {
  const refusing = aHost({ refuses: 'RTNETLINK answers: Operation not permitted\n' })

  expect(await blockMetadata(place, refusing.run)).toBe('`ip rule add` says: RTNETLINK answers: Operation not permitted')
  expect(await blockMetadata({ ...place, dockerHost: 'tcp://10.0.0.7:2375' }, refusing.run)).toBe('the engine is on another machine')
  expect(await metadataIs({ ...place, dockerHost: 'tcp://10.0.0.7:2375' }, refusing.run)).toBe('unknown')
})
