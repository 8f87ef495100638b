import { DeployError } from '../deploy/failure.ts'
import { rangeOf } from '../ipv4.ts'
import { freeSubnets, usedOf } from './free-subnets.ts'

/** This many of those given back last are left alone while something else is free. */
const resting = 64

export interface SubnetPool {
  /** One free subnet of each prefix length, overlapping none of `held` and `avoid` (CIDR). Throws network_exhausted. */
  take(sizes: number[], held: string[], avoid: string[]): string[]
}

/**
 * Divides the pool, a CIDR. What was only just given back is not handed out at once: a connection or a route of its last owner may
 * still lead there. That lasts seconds, so it is remembered here and not in the record.
 */
export function createSubnetPool(pool: string): SubnetPool {
  const range = rangeOf(pool)
  if (!range) throw new Error(`The subnet pool must be an IPv4 range such as 10.213.0.0/16, but is "${pool}".`)
  let before: string[] = []
  let rest: string[] = []

  return {
    take: (sizes, held, avoid) => {
      const taken = [...held, ...avoid]
      rest = [...without(before, held), ...rest].slice(0, resting)
      const found = freeSubnets(range, sizes, [...taken, ...rest]) ?? freeSubnets(range, sizes, taken)
      before = [...held, ...(found ?? [])]
      if (found) return found
      const wanted = sizes.map((size) => `/${size}`).join(' and ')
      throw new DeployError(
        'network_exhausted',
        `${pool} has no room for ${wanted}, ${usedOf(range, taken)} of its ${range.end - range.first} addresses are taken`,
      )
    },
  }
}

function without(all: string[], some: string[]): string[] {
  const there = new Set(some)
  return all.filter((each) => !there.has(each))
}
