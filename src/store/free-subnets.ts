import { cidrOf, type Range, rangeOf, sizeOf } from '../ipv4.ts'

/**
 * The lowest free subnet of each prefix length, in this order; null when they do not all fit. Lowest first keeps the upper part of the
 * pool whole for a large network.
 */
export function freeSubnets(pool: Range, sizes: number[], taken: string[]): string[] | null {
  const ranges = rangesOf(taken)
  const found: string[] = []
  for (const prefix of sizes) {
    const first = lowestFree(pool, sizeOf(prefix), ranges)
    if (first === null) return null
    found.push(cidrOf(first, prefix))
    ranges.push({ first, end: first + sizeOf(prefix) })
    ranges.sort(byFirst)
  }
  return found
}

/** Addresses of the pool that are taken. */
export function usedOf(pool: Range, taken: string[]): number {
  let used = 0
  let seen = pool.first
  for (const { first, end } of rangesOf(taken)) {
    const from = Math.max(seen, first)
    const to = Math.min(pool.end, end)
    used += Math.max(0, to - from)
    seen = Math.max(seen, to)
  }
  return used
}

function lowestFree(pool: Range, size: number, taken: Range[]): number | null {
  let first = aligned(pool.first, size)
  for (const range of taken) {
    if (first + size <= range.first) break
    if (range.end > first) first = aligned(range.end, size)
  }
  return first + size <= pool.end ? first : null
}

function aligned(address: number, size: number): number {
  return Math.ceil(address / size) * size
}

function rangesOf(cidrs: string[]): Range[] {
  return cidrs
    .map(rangeOf)
    .filter((range) => range !== null)
    .sort(byFirst)
}

function byFirst(a: Range, b: Range): number {
  return a.first - b.first
}
