import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type Range, rangeOf } from '../../src/ipv4.ts'
import { createSubnetPool } from '../../src/store/subnet-pool.ts'
import { refusal } from './store-makers.ts'

test('2,048 networks of the usual size fit in the usual pool, and not one more', async () => {
  const pool = createSubnetPool('10.213.0.0/16')

  const subnets = pool.take(Array(2048).fill(27), [], [])

  expect(new Set(subnets).size).toBe(2048)
  expect(subnets.at(-1)).toBe('10.213.255.224/27')
  expect(await refusal((async () => pool.take([27], subnets, []))())).toBe('network_exhausted')
})

test('what was given back rests until all others were tried', () => {
  const pool = createSubnetPool('10.213.0.0/24')

  const turns = Array.from({ length: 10 }, () => pool.take([27], [], [])[0])

  expect(new Set(turns.slice(0, 8)).size).toBe(8)
})

test('a pool is its whole range, whatever its host bits say', () => {
  expect(createSubnetPool('10.213.7.9/16').take([27], [], [])).toEqual(['10.213.0.0/27'])
  expect(() => createSubnetPool('fd00::/48')).toThrow('must be an IPv4 range')
})

test('subnets are aligned, lie in the pool, overlap nothing, and are refused only when none is free', () => {
  const cidr = fc.tuple(fc.nat(255), fc.integer({ min: 26, max: 32 })).map(([host, prefix]) => `10.213.0.${host}/${prefix}`)
  const rounds = fc.array(
    fc.record({ size: fc.integer({ min: 26, max: 30 }), held: fc.uniqueArray(cidr, { maxLength: 6 }), avoid: fc.array(cidr, { maxLength: 3 }) }),
  )

  fc.assert(
    fc.property(rounds, (all) => {
      const pool = createSubnetPool('10.213.0.0/24')
      for (const { size, held, avoid } of all) {
        const taken = [...held, ...avoid].map(known)
        const free = blocks(size).filter((block) => !taken.some((each) => overlap(each, block)))
        const found = tried(() => pool.take([size], held, avoid).map(known))
        if (free.length === 0) expect(found).toBeNull()
        else expect(free).toContainEqual(found?.[0])
      }
    }),
  )
})

function known(cidr: string): Range {
  return rangeOf(cidr) ?? { first: 0, end: 0 }
}

/** All aligned blocks of the pool. */
function blocks(prefix: number): Range[] {
  const size = 2 ** (32 - prefix)
  const { first } = known('10.213.0.0/24')
  return Array.from({ length: 256 / size }, (_, number) => ({ first: first + number * size, end: first + (number + 1) * size }))
}

function overlap(a: Range, b: Range): boolean {
  return a.first < b.end && b.first < a.end
}

function tried<T>(work: () => T): T | null {
  try {
    return work()
  } catch {
    return null
  }
}
