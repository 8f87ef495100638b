import { describe, expect, test } from 'vitest'
import type { StoredEvent } from '../../src/deploy/record.ts'
import type { StoreWorld } from './store.contract.ts'
import { aCheck, aDeployment, anEvidence, aPlan, aRevision, notice, refusal, web } from './store-makers.ts'

/** What every store promises about deployments: how they come, change and go. */
export function admissionContract(world: StoreWorld): void {
  const { admitted, settled, told } = world

  describe('admit', () => {
    test('records the deployment and the revision, and answers exactly what went in', async () => {
      const deployment = aDeployment({ id: 'b', wanted: 'running' })
      const revision = aRevision({ deployment: 'b', port: 61100, begun: { 'web/1': 12 }, plan: aPlan })

      await world.store.admit(deployment, revision, [])

      expect(await world.store.deployment('b')).toEqual(deployment)
      expect(await world.store.revision(revision)).toEqual(revision)
      expect(await world.store.revisions('b')).toEqual([revision])
    })

    test('tells the state and every notice', async () => {
      await world.store.admit(aDeployment(), aRevision(), ['one', 'two'])

      expect(await told()).toEqual([{ type: 'state', state: 'UNINITIALIZED' }, notice('one'), notice('two')])
    })

    test('takes the next revision when the last has settled, and leaves the deployment as it is', async () => {
      await settled(await admitted('a'))
      await world.store.change('a', { wanted: 'stopped' })

      await world.store.admit(aDeployment({ live: null }), aRevision({ revision: 2 }), [])

      expect(await world.store.deployment('a')).toMatchObject({ name: 'app-a', wanted: 'stopped', live: 1 })
      expect((await world.store.revisions('a')).map(({ revision, state }) => `${revision} ${state}`)).toEqual(['1 DEPLOYED', '2 UNINITIALIZED'])
    })

    test('refuses while a revision is not settled', async () => {
      await world.store.move(await admitted('a'), 'PULLING_IMAGES')

      expect(await refusal(admitted('a', { revision: 2 }))).toBe('busy')
    })

    test.each(['removed', 'removed_with_volumes'] as const)('refuses a deployment that is wanted %s', async (wanted) => {
      await settled(await admitted('a'))
      await world.store.change('a', { wanted })

      expect(await refusal(admitted('a', { revision: 2 }))).toBe('busy')
    })

    test('refuses the next revision of a deployment that was forgotten meanwhile', async () => {
      await settled(await admitted('a'))
      await world.store.forget('a', { keepName: false })

      expect(await refusal(admitted('a', { revision: 2 }))).toBe('busy')
    })

    test('refuses a revision that another was faster with', async () => {
      await settled(await admitted('a'), 'FAILED')

      expect(await refusal(admitted('a'))).toBe('busy')
    })

    test('refuses the name of another', async () => {
      await settled(await admitted('a'))

      expect(await refusal(world.store.admit(aDeployment({ id: 'b', name: 'app-a' }), aRevision({ deployment: 'b' }), []))).toBe('busy')
    })

    test('of two that want one new name at once exactly one gets it', async () => {
      const both = ['a', 'b'].map((id) => refusal(world.store.admit(aDeployment({ id }), aRevision({ deployment: id }), [])))

      expect(await Promise.all(both)).toEqual(['Error: it was not refused', 'busy'])
      expect(await world.store.deployments()).toEqual([aDeployment({ id: 'a' })])
    })

    test('refuses a port that another deployment holds, until that one is removed', async () => {
      const holder = await settled(await admitted('a', { port: 61100 }), 'FAILED')

      expect(await refusal(admitted('b', { port: 61100 }))).toBe('port_in_use')
      await world.store.keep(holder, { removed: true })
      await admitted('b', { port: 61100 })
    })

    test('lets a deployment keep its port', async () => {
      await settled(await admitted('a', { port: 61100 }))

      await admitted('a', { port: 61100, revision: 2 })

      expect((await world.store.revisions('a')).map(({ port }) => port)).toEqual([61100, 61100])
    })

    test('leaves nothing behind when it refuses', async () => {
      await admitted('a', { port: 61100 })
      const before = await world.store.events({})

      await refusal(admitted('b', { port: 61100 }))

      expect(await world.store.deployment('b')).toBeNull()
      expect(await world.store.revisions('b')).toEqual([])
      expect(await world.store.events({})).toEqual(before)
    })
  })

  describe('deployments', () => {
    test('are found by id, else by name', async () => {
      await world.store.admit(aDeployment({ id: 'a', name: 'b' }), aRevision({ deployment: 'a' }), [])
      await world.store.admit(aDeployment({ id: 'b', name: 'c' }), aRevision({ deployment: 'b' }), [])

      const found = await Promise.all(['a', 'b', 'c', 'd'].map((key) => world.store.deployment(key)))

      expect(found.map((each) => each?.id ?? null)).toEqual(['a', 'b', 'b', null])
    })

    test('are listed by name', async () => {
      for (const name of ['b', 'a-2', 'c', 'a', 'a10'])
        await world.store.admit(aDeployment({ id: `id-${name}`, name }), aRevision({ deployment: `id-${name}` }), [])

      expect((await world.store.deployments()).map(({ name }) => name)).toEqual(['a', 'a-2', 'a10', 'b', 'c'])
    })

    test('change in what the patch names, and in nothing else', async () => {
      await admitted('a')

      await world.store.change('a', { wanted: 'stopped' })
      await world.store.change('a', { open: 1 })
      await world.store.change('a', {})

      expect(await world.store.deployment('a')).toEqual(aDeployment({ name: 'app-a', wanted: 'stopped', open: 1 }))
      expect(await refusal(world.store.change('b', { open: 1 }))).toBe('not_found')
    })

    test('are forgotten with everything of theirs and nothing of others', async () => {
      for (const id of ['a', 'b']) {
        const revision = await settled(await admitted(id))
        await world.store.attempt(revision, web, aCheck(1))
        await world.store.freeze(revision, anEvidence)
      }

      await world.store.forget('a', { keepName: false })

      expect(await world.store.deployments()).toMatchObject([{ id: 'b' }])
      expect(await world.store.deployment('a')).toBeNull()
      expect(await world.store.revisions('a')).toEqual([])
      expect(await world.store.revisions('b')).toHaveLength(1)
      expect((await world.store.events({})).map(({ deployment }) => deployment)).toEqual(['b', 'b', 'b', 'b'])
      expect([await world.store.attempts({ deployment: 'a', revision: 1 }), await world.store.evidence({ deployment: 'a', revision: 1 })]).toEqual([[], null])
      expect(await world.store.attempts({ deployment: 'b', revision: 1 })).toHaveLength(1)
    })

    test('tell that they were removed, with the next id, and keep nothing of it', async () => {
      await admitted('a')
      await admitted('b')
      const heard: StoredEvent[] = []
      world.store.follow((event) => heard.push(event))

      await world.store.forget('a', { keepName: false })
      await world.store.tell({ deployment: 'b', revision: 1 }, notice('after'))

      expect(heard).toMatchObject([
        { id: 3, deployment: 'a', revision: 1, event: { type: 'removed' } },
        { id: 4, event: notice('after') },
      ])
      expect((await world.store.events({})).map(({ id }) => id)).toEqual([2, 4])
    })

    test('that are forgotten but for the name stay as removed, and begin anew with their id', async () => {
      await settled(await admitted('a', { port: 61100 }))
      await world.store.change('a', { wanted: 'removed', open: 1 })

      await world.store.forget('a', { keepName: true })
      const kept = await world.store.deployment('app-a')
      const left = [await world.store.revisions('a'), await world.store.events({}), await world.store.heldPorts()]
      await world.store.admit(kept ?? aDeployment(), aRevision(), [])

      const nothing = { live: null, open: null }
      expect(kept).toEqual(aDeployment({ name: 'app-a', wanted: 'removed', ...nothing }))
      expect(left).toEqual([[], [], []])
      expect(await world.store.deployments()).toEqual([aDeployment({ name: 'app-a', wanted: 'running', ...nothing })])
      expect((await world.store.events({})).map(({ id }) => id)).toEqual([6])
    })

    test('whose name was kept give it up later, and tell nothing more', async () => {
      await settled(await admitted('a'))
      await world.store.forget('a', { keepName: true })
      const heard: StoredEvent[] = []
      world.store.follow((event) => heard.push(event))
      await world.store.change('a', { wanted: 'removed_with_volumes' })

      await world.store.forget('a', { keepName: true })
      const still = await world.store.deployment('a')
      await world.store.forget('a', { keepName: false })

      expect(still).toMatchObject({ wanted: 'removed' })
      expect(await world.store.deployments()).toEqual([])
      expect(heard).toEqual([])
    })

    test('that are forgotten already tell nothing', async () => {
      const heard: StoredEvent[] = []
      world.store.follow((event) => heard.push(event))

      await world.store.forget('a', { keepName: false })

      expect(heard).toEqual([])
    })
  })
}
