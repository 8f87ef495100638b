import { execa } from 'execa'
import { afterAll, beforeEach, describe, expect, test } from 'vitest'
import { blockMetadata, metadataCommands, metadataIs, unblockMetadata } from '../../src/docker/metadata-rule.ts'
import type { Ended, Program } from '../../src/docker/run-program.ts'
import { createHostRules } from '../fakes/host-rules.ts'

const place = { subnetPool: '10.213.0.0/16', dockerHost: 'unix:///var/run/docker.sock' }
const space = `torii-rules-${process.pid}`
const iproute = (args: string[]) => execa('/usr/sbin/ip', args, { reject: false })
const isPlayable = process.getuid?.() === 0 && (await iproute(['netns', 'add', space])).exitCode === 0

/** iproute2 and the kernel, in a network namespace of their own. */
const real = () => ({
  run: async ({ args }: Program): Promise<Ended> => {
    const { exitCode, stdout, stderr } = await iproute(['-n', space, ...args])
    return { ok: exitCode === 0, stdout, stderr, cut: null }
  },
})

afterAll(async () => void (isPlayable && (await iproute(['netns', 'del', space]))))

describe.each([
  ['the fake', createHostRules, true],
  ['iproute2 (needs root and `ip netns`)', real, isPlayable],
])('rules of a host: %s', (_, aHost, isThere) => {
  let host = aHost()
  const change = (line: string) => host.run({ file: 'ip', args: ['-4', 'rule', ...line.split(' ')], cwd: '/', env: {}, within: 5_000 })
  const shown = async () => (await host.run({ file: 'ip', args: ['-4', '-json', 'rule', 'show'], cwd: '/', env: {}, within: 5_000 })).stdout

  beforeEach(() => {
    host = aHost()
  })

  test.skipIf(!isThere)('are made once, forbid, and go again', async () => {
    const before = await shown()

    const first = [await metadataIs(place, host.run), await blockMetadata(place, host.run), await metadataIs(place, host.run)]
    const twice = [await blockMetadata(place, host.run), (JSON.parse(await shown()) as object[]).length]
    await unblockMetadata(place, host.run)

    expect(first).toEqual(['open', null, 'blocked'])
    expect(twice).toEqual([null, (JSON.parse(before) as object[]).length + 2])
    expect(await shown()).toBe(before)
  })

  test.skipIf(!isThere)('of the operator count, and stay when Torii’s go', async () => {
    const lines = metadataCommands(place)
      .split(' && ')
      .map((line) => line.replace('ip rule ', ''))
    for (const line of lines) expect((await change(line)).ok).toBe(true)

    const seen = [await metadataIs(place, host.run), await blockMetadata(place, host.run)]
    await unblockMetadata(place, host.run)
    const after = await metadataIs(place, host.run)
    for (const line of lines) await change(line.replace('add', 'del'))

    expect([...seen, after]).toEqual(['blocked', null, 'blocked'])
  })

  test.skipIf(!isThere)('of another pool stay', async () => {
    const other = { ...place, subnetPool: '10.214.0.0/16' }
    await blockMetadata(other, host.run)
    await blockMetadata(place, host.run)

    await unblockMetadata(place, host.run)
    const after = [await metadataIs(other, host.run), await metadataIs(place, host.run)]
    await unblockMetadata(other, host.run)

    expect(after).toEqual(['blocked', 'open'])
  })
})
