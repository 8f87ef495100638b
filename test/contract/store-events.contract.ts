import { describe, expect, test } from 'vitest'
import type { Store } from '../../src/deploy/ports.ts'
import type { Revision, RevisionEvent, StoredEvent } from '../../src/deploy/record.ts'
import type { StoreWorld } from './store.contract.ts'
import { notice, refusal } from './store-makers.ts'

/** What every store promises about events and those who follow them. */
export function eventsContract(world: StoreWorld): void {
  const { admitted, settled, told } = world

  describe('events', () => {
    test('are answered oldest first, and only those asked for', async () => {
      await settled(await admitted('a'), 'FAILED')
      await admitted('a', { revision: 2 })
      await admitted('b')
      const ids = async (filter: Parameters<Store['events']>[0]) => (await world.store.events(filter)).map(({ id }) => id)

      expect(await ids({})).toEqual([1, 2, 3, 4])
      expect(await ids({ deployment: 'a' })).toEqual([1, 2, 3])
      expect(await ids({ deployment: 'a', revision: 2 })).toEqual([3])
      expect(await ids({ after: 1, limit: 2 })).toEqual([2, 3])
      expect(await ids({ deployment: 'a', after: 2 })).toEqual([3])
      expect(await ids({ deployment: 'c' })).toEqual([])
      expect(await ids({ deployment: undefined, revision: 2 })).toEqual([3])
      expect(await ids({ limit: 0 })).toEqual([])
    })

    test('are answered of the deployments whose names are seen, as many as are asked for', async () => {
      await settled(await admitted('a'), 'FAILED')
      await admitted('b')
      await admitted('a', { revision: 2 })
      const ids = async (name: string, filter: Parameters<Store['events']>[0] = {}) => {
        const { name: seen } = (await world.store.deployment(name)) ?? { name: 'nobody' }
        return (await world.store.events({ ...filter, sees: (each) => each === seen })).map(({ id }) => id)
      }

      expect([await ids('a'), await ids('b'), await ids('c')]).toEqual([[1, 2, 4], [3], []])
      expect([await ids('a', { after: 2, limit: 1 }), await ids('a', { deployment: 'b' })]).toEqual([[4], []])
    })

    test('are answered by their type', async () => {
      const revision = await admitted('a')
      await world.store.tell(revision, { type: 'route', step: 'open', urls: [] })
      await world.store.tell(revision, notice('one'))
      await admitted('b')
      const types = async (filter: Parameters<Store['events']>[0]) => (await world.store.events(filter)).map(({ event }) => event.type)

      expect(await types({ types: ['state', 'notice'] })).toEqual(['state', 'notice', 'state'])
      expect(await types({ deployment: 'a', revision: 1, types: ['route'] })).toEqual(['route'])
      expect(await types({ types: [] })).toEqual([])
    })

    test('keep every kind of event as it was told', async () => {
      const revision = await admitted('a')
      const all: RevisionEvent[] = [
        { type: 'notice', text: '“ünï” \u0000 \u2028', rule: 'privileged' },
        { type: 'image', image: 'nginx', service: 'web', step: 'pulling', current: 0, total: 0 },
        { type: 'attempt', service: 'web', replica: 1, ms: 0.25, exit: 1, output: '' },
        { type: 'probe', route: 'path', url: 'https://localhost/', ms: 3, hop: 'none', status: null, detail: 'x' },
      ]

      for (const event of all) await world.store.tell(revision, event)

      expect((await told()).slice(1)).toEqual(all)
    })

    test('of a revision that has settled are those that say something: no progress, and of many checks the first and the last', async () => {
      const revision = await admitted('a')
      const image = (step: 'pulling' | 'pulled', current: number) => ({ type: 'image' as const, image: 'nginx', service: 'web', step, current, total: 9 })
      const check = (service: string, ms: number) => ({ type: 'attempt' as const, service, replica: 1, ms, exit: 1, output: 'no' })
      const checks = Array.from({ length: 75 }, (_, number) => check('web', number))
      const before = [image('pulling', 0), image('pulling', 3), image('pulling', 9), image('pulled', 9), check('db', 0), ...checks, notice('there')]
      for (const event of before) await world.store.tell(revision, event)
      const all = await world.store.events({ deployment: 'a' })

      await settled(revision, 'FAILED')

      const kept = (await world.store.events({ deployment: 'a' })).map(({ event }) => event).filter(({ type }) => type !== 'state')
      expect(kept).toEqual([image('pulling', 0), image('pulled', 9), check('db', 0), ...checks.slice(0, 20), ...checks.slice(25), notice('there')])
      const [next] = await world.store.events({ deployment: 'a', after: all.at(-1)?.id ?? 0 })
      expect(next?.event).toMatchObject({ type: 'state' })
    })

    test('keep the order in which they were told, also when nobody waits', async () => {
      const revision = await admitted('a')
      const texts = Array.from({ length: 50 }, (_, number) => `notice ${number}`)

      const writes = texts.flatMap((text, number) => [world.store.tell(revision, notice(text)), world.store.keep(revision, { begun: { probe: number } })])
      const kept = await world.store.revision(revision)
      await Promise.all(writes)

      expect(kept?.begun).toEqual({ probe: 49 })
      expect((await told()).slice(1)).toEqual(texts.map(notice))
    })
  })

  describe('follow', () => {
    test('calls back for each event from now on, in order, of every write', async () => {
      const revision = await admitted('a')
      const heard: StoredEvent[] = []
      const stop = world.store.follow((event) => heard.push(event))

      await world.store.move(revision, 'PULLING_IMAGES')
      await world.store.tell(revision, notice('one'))
      await admitted('b')
      stop()
      await world.store.tell(revision, notice('two'))

      expect(heard).toEqual((await world.store.events({})).slice(1, 4))
    })

    test('has called back when the write resolves, and only then is it so', async () => {
      const revision = await admitted('a')
      const seen: Promise<Revision | null>[] = []
      world.store.follow(() => seen.push(world.store.revision(revision)))

      await world.store.move(revision, 'PULLING_IMAGES')

      expect(seen).toHaveLength(1)
      expect(await seen[0]).toMatchObject({ state: 'PULLING_IMAGES' })
    })

    test('tells nobody of what was refused', async () => {
      const revision = await admitted('a')
      const heard: StoredEvent[] = []
      world.store.follow((event) => heard.push(event))
      await world.store.move(revision, 'PULLING_IMAGES')

      await refusal(world.store.move(revision, 'FAILED'))
      await refusal(admitted('a', { revision: 2 }))

      expect(heard).toHaveLength(1)
    })

    test('goes on for the others when one throws or stops', async () => {
      const revision = await admitted('a')
      const heard: string[] = []
      world.store.follow(() => {
        throw new Error('a listener’s own mistake')
      })
      const stop = world.store.follow(() => {
        heard.push('once')
        stop()
      })
      world.store.follow(({ id }) => heard.push(`event ${id}`))

      await world.store.tell(revision, notice('one'))
      await world.store.tell(revision, notice('two'))

      expect(heard).toEqual(['once', 'event 2', 'event 3'])
    })

    test('keeps the order for all when one tells something itself', async () => {
      const revision = await admitted('a')
      const heard: number[] = []
      const answers: Promise<void>[] = []
      world.store.follow(({ id }) => id === 2 && answers.push(world.store.tell(revision, notice('an answer'))))
      world.store.follow(({ id }) => heard.push(id))

      await world.store.tell(revision, notice('a question'))
      await Promise.all(answers)

      expect(heard).toEqual([2, 3])
    })
  })
}
