import { DeployError } from '../deploy/failure.ts'
import { markOf, type RevisionRef } from '../deploy/record.ts'
import { keep } from './keep.ts'
import { mustKnow } from './known.ts'
import type { Unit, Write } from './session.ts'
import type { SubnetPool } from './subnet-pool.ts'

/** Subnets of revisions that are being admitted, by mark: no record has them yet. */
export type Holds = Map<string, string[]>

export function takeSubnets(pool: SubnetPool, holds: Holds, ref: RevisionRef, sizes: number[], avoid: string[]): Write<string[]> {
  return async (unit) => {
    await mustKnow(unit.db, ref)
    const subnets = pool.take(sizes, [...(await heldByOthers(unit, ref)), ...[...holds.values()].flat()], avoid)
    await keep(ref, { subnets })(unit)
    return subnets
  }
}

export function holdSubnets(
  pool: SubnetPool,
  holds: Holds,
  ref: RevisionRef,
  sizes: number[],
  avoid: string[],
): Write<{ subnets: string[]; giveBack(): void }> {
  const mark = markOf(ref)
  return async (unit) => {
    if (holds.has(mark)) throw new DeployError('busy', `revision ${ref.revision} is being admitted`)
    const subnets = sizes.length === 0 ? [] : pool.take(sizes, [...(await heldByOthers(unit, ref)), ...[...holds.values()].flat()], avoid)
    holds.set(mark, subnets)
    return { subnets, giveBack: () => void holds.delete(mark) }
  }
}

async function heldByOthers({ db }: Unit, { deployment, revision }: RevisionRef): Promise<string[]> {
  const holders = await db.selectFrom('revisions').select(['deployment', 'revision', 'subnets']).where('removed', '=', 0).execute()
  const others = holders.filter((holder) => holder.deployment !== deployment || holder.revision !== revision)
  return others.flatMap(({ subnets }): string[] => JSON.parse(subnets))
}
