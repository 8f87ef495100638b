import type { Store } from '../../src/deploy/ports.ts'
import type { Revision } from '../../src/deploy/record.ts'

/** Of all deployments, by their names, oldest first. */
export async function allRevisions(store: Pick<Store, 'deployments' | 'revisions'>, only?: { removed: boolean }): Promise<Revision[]> {
  const all = await Promise.all((await store.deployments()).map(({ id }) => store.revisions(id, only)))
  return all.flat()
}
