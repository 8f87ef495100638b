import type { RevisionRef } from '../deploy/record.ts'
import { keep } from './keep.ts'
import { mustKnow } from './known.ts'
import type { Write } from './session.ts'
import type { SubnetPool } from './subnet-pool.ts'

export function takeSubnets(pool: SubnetPool, { deployment, revision }: RevisionRef, sizes: number[], avoid: string[]): Write<string[]> {
  return async (unit) => {
    await mustKnow(unit.db, { deployment, revision })
    const holders = await unit.db.selectFrom('revisions').select(['deployment', 'revision', 'subnets']).where('removed', '=', 0).execute()
    const others = holders.filter((holder) => holder.deployment !== deployment || holder.revision !== revision)
    const held = others.flatMap(({ subnets }): string[] => JSON.parse(subnets))
    const subnets = pool.take(sizes, held, avoid)
    await keep({ deployment, revision }, { subnets })(unit)
    return subnets
  }
}
