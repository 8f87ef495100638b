import { expect } from 'vitest'
import type { Deployment, Revision, RevisionRef } from '../../../src/deploy/record.ts'
import { isSettled, mayMove, type State } from '../../../src/deploy/transitions.ts'
import { allRevisions } from '../../fakes/all-revisions.ts'
import { told, type World } from './a-world.ts'

/** What must hold whenever nothing goes on any more (faults.md, I1 to I8). */
export async function expectInvariants(world: World): Promise<void> {
  await expectPaths(world)
  await expectAttemptsOnce(world)
  for (const deployment of await world.store.deployments()) {
    const revisions = await world.store.revisions(deployment.id)
    for (const revision of revisions) await expectSettled(world, revision)
    await expectOnlyNeeded(world, deployment, revisions)
    await expectRoutes(world, deployment, revisions)
  }
}

/** I1 and I8: each history is a path of the graph, and events grow. */
async function expectPaths(world: World): Promise<void> {
  const all = await world.store.events({})
  expect(all.map(({ id }) => id)).toEqual(all.map(({ id }) => id).toSorted((a, b) => a - b))
  const paths = Map.groupBy(await told(world, 'state'), ({ deployment, revision }) => `${deployment}/${revision}`)
  for (const path of paths.values()) {
    const states = path.map(({ event }) => event.state)
    expect(states[0]).toBe('UNINITIALIZED')
    for (const [at, to] of states.slice(1).entries()) expect([states[at], to, mayMove(states[at] as State, to)]).toEqual([states[at], to, true])
  }
}

/** No attempt is on record twice. */
async function expectAttemptsOnce({ store }: World): Promise<void> {
  for (const { id } of await store.deployments())
    for (const revision of await store.revisions(id))
      for (const { of, kept } of await store.attempts(revision)) {
        if (of.is === 'check') expect(new Set(kept.map(({ at }) => at)).size).toBe(kept.length)
      }
}

/** I2, I5: it has settled, with evidence for every container and route, or with a reason. */
async function expectSettled({ store }: World, revision: Revision): Promise<void> {
  expect([revision.revision, revision.state, isSettled(revision.state)]).toEqual([revision.revision, revision.state, true])
  expect(revision.candidate).toBeNull()
  const evidence = await store.evidence(revision)
  const verdicts = evidence?.containers.map(({ verdict }) => verdict) ?? []
  if (revision.state === 'FAILED') {
    expect(revision.failure).toMatchObject({ reason: expect.any(String), sentence: expect.stringMatching(/\.$/) })
    expect(evidence).not.toBeNull()
    return
  }
  expect(revision.failure).toBeNull()
  expect(verdicts).toHaveLength((revision.plan?.services ?? []).reduce((sum, { replicas }) => sum + replicas, 0))
  expect(verdicts.filter((verdict) => !['passed', 'skipped', 'finished'].includes(verdict))).toEqual([])
  if (revision.source.settings.probe.type === 'none') return
  const probes = (await store.attempts(revision)).filter(({ of }) => of.is === 'probe')
  const mark = `${revision.deployment}/${revision.revision}`
  expect(probes.length).toBeGreaterThan(0)
  for (const { kept } of probes)
    expect(kept.filter((each) => 'hop' in each && each.hop === 'app' && each.mark === mark && each.status !== null && each.status < 400)).not.toEqual([])
}

/** I3: nothing is there that no record needs, and each container once. */
async function expectOnlyNeeded(world: World, { live, wanted, id }: Deployment, revisions: Revision[]): Promise<void> {
  const kept = wanted.startsWith('removed') ? null : (live ?? revisions.at(-1)?.revision ?? null)
  const there = (await world.engine.revisions()).filter(({ deployment }) => deployment === id).map(({ revision }) => revision)
  expect(there.filter((revision) => revision !== kept)).toEqual([])
  const networks = [...world.engine.world.networks].filter((network) => network.startsWith(`${id}/`) && !network.startsWith(`${id}/${kept} `))
  expect(networks).toEqual([])
  expect([...world.extensions.files].filter((file) => file !== `r${kept} config`)).toEqual([])
  for (const { revision, removed } of revisions) if (revision !== kept) expect([revision, removed]).toEqual([revision, true])
  const names = kept === null ? [] : await namesOf(world, { deployment: id, revision: kept })
  expect(new Set(names).size).toBe(names.length)
}

async function namesOf({ engine }: World, ref: RevisionRef): Promise<string[]> {
  return (await engine.containers(ref)).map(({ service, replica }) => `${service}/${replica}`)
}

/** The routes lead to the one live revision, which runs; to a page when it is stopped; nowhere when there is none. */
async function expectRoutes(world: World, { id, live, open, wanted }: Deployment, revisions: Revision[]): Promise<void> {
  const routes = world.proxy.published().filter(({ ref }) => ref.deployment === id)
  const alive = revisions.find(({ revision }) => revision === live)
  if (wanted.startsWith('removed') || !alive?.plan?.route) return expect(routes).toEqual([])
  const to = wanted === 'stopped' ? 'stopped' : alive.backends
  expect(routes.map(({ ref, to, candidate }) => ({ revision: ref.revision, to, candidate }))).toEqual(
    routes.map(() => ({ revision: live, to, candidate: null })),
  )
  expect(routes.length).toBeGreaterThan(0)
  expect(open).toBe(wanted === 'stopped' ? null : live)
  const running = world.engine.world.running(alive)
  expect([wanted, running.includes(alive.plan.route.service)]).toEqual([wanted, wanted === 'running'])
}

/** Nothing of any deployment is there, but perhaps volumes. */
export async function expectNothing(world: World): Promise<void> {
  expect(await world.engine.revisions()).toEqual([])
  expect([...world.engine.world.networks]).toEqual([])
  expect(world.proxy.published()).toEqual([])
  expect([...world.extensions.files]).toEqual([])
  expect(await allRevisions(world.store, { removed: false })).toEqual([])
  expect(await world.store.heldPorts()).toEqual([])
  expect(await world.controller.list()).toEqual([])
  await expect(world.controller.get('hello')).rejects.toMatchObject({ trouble: { reason: 'not_found' } })
}
