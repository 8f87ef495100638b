import { DeployError } from './failure.ts'
import { gateContainers } from './gate-containers.ts'
import type { Container } from './ports.ts'
import { addressesOf } from './publish-candidate.ts'
import { type Revision, refOf } from './record.ts'
import type { Tools } from './tools.ts'
import { Watch } from './watch.ts'

/**
 * Starts the containers of a stopped revision again, in the order their dependencies ask for, and looks at the gate again; its state
 * stays. One-shots that had finished are not run twice. Rejects with DeployError.
 */
export async function startAgain(revision: Revision, tools: Tools, signal: AbortSignal): Promise<void> {
  const { engine, store } = tools
  const { plan } = revision
  const ref = refOf(revision)
  if (plan === null) throw new DeployError('internal', 'a revision without a plan was started again')
  const down = await containersToStart(revision, tools)
  await store.keep(ref, { begun: {} })
  await engine.rearm(ref, new Map(plan.services.map(({ name, restart }) => [name, restart])))
  await using watch = await Watch.begin(revision, plan, tools, signal, new Set(down.map(({ id }) => id)))
  await gateContainers(revision, watch, tools)
  if (plan.route === null) return
  await store.keep(ref, {
    backends: addressesOf(plan.route, watch.containers()),
  })
}

async function containersToStart(revision: Revision, { engine, store }: Tools): Promise<Container[]> {
  const evidence = await store.evidence(refOf(revision))
  const finished = new Set((evidence?.containers ?? []).filter(({ verdict }) => verdict === 'finished').map(({ id }) => id))
  const containers = await engine.containers(refOf(revision))
  return containers.filter(({ id, state }) => state !== 'running' && !finished.has(id))
}
