import type { NetworkSpec } from './engine-port.ts'
import { DeployError, isUnreachable } from './failure.ts'
import type { RevisionRef } from './record.ts'
import type { Tools } from './tools.ts'

type Needs = Pick<Tools, 'engine' | 'store' | 'extensions' | 'log'>

export interface EarlyNetwork extends AsyncDisposable {
  /** Subnets of a revision that needs these prefix lengths, its network made; none: whatever it needs is to be made later. */
  subnetsFor(sizes: number[]): Promise<string[]>
  /** It is a recorded revision's from now on. */
  keep(): void
}

/**
 * A bridge network takes the engine 0.1 s (facts/speed.md), as long as Compose takes to resolve a file: where the file alone tells that
 * there is one network and how large (`size`, a prefix length), it is made meanwhile, just as Compose will look for it. What goes wrong
 * here is no failure: Compose makes it in its turn, and says what is wrong. Disposed of unkept, nothing of it stays. Rejects with busy
 * while the same revision is being admitted, with engine_unreachable.
 */
export async function beginNetwork(ref: RevisionRef, size: number | null, tools: Needs): Promise<EarlyNetwork> {
  const { engine, extensions, log } = tools
  const held = await hold(ref, size, tools)
  const [subnet] = held.subnets
  const made = subnet === undefined ? Promise.resolve(null) : makeNetwork(extensions.defaultNetwork(ref, subnet), engine)
  let isOurs = true
  const remove = async () => {
    const id = await made
    if (isOurs && id !== null) await engine.removeNetwork(id).catch((err) => log.warn({ err, ...ref }, 'a network that was made early could not be removed'))
    isOurs = false
  }
  return {
    subnetsFor: async (sizes) => {
      if ((await made) !== null && sizes.length === 1 && sizes[0] === size) return held.subnets
      await remove()
      return []
    },
    keep: () => {
      isOurs = false
    },
    [Symbol.asyncDispose]: async () => {
      await remove()
      held.giveBack()
    },
  }
}

/** Its id; of one that the engine may still make although it did not answer in time the name; null: there is none. */
function makeNetwork(network: NetworkSpec, { makeNetwork }: Needs['engine']): Promise<string | null> {
  return makeNetwork(network).catch((error) => (isUnreachable(error) ? network.name : null))
}

/** No room for it is said when the revision takes what it really needs. */
async function hold(ref: RevisionRef, size: number | null, { engine, store }: Needs): ReturnType<Needs['store']['holdSubnets']> {
  const avoid = await engine.subnets()
  return store.holdSubnets(ref, size === null ? [] : [size], avoid).catch((error) => {
    if (error instanceof DeployError && error.trouble.reason === 'network_exhausted') return store.holdSubnets(ref, [], avoid)
    throw error
  })
}
