import { expect, test } from 'vitest'
import type { FakeExtension } from '../../fakes/extensions.ts'
import { anotherController, aWorld, newest, quiet } from './a-world.ts'
import { healthyAfter, undecided, unhealthyAfter } from './makers.ts'

const upload = { id: '0'.repeat(32), sha256: 'f'.repeat(64), bytes: 2048, entries: 2 }
const shop = (extension: Partial<FakeExtension> = {}) => aWorld({ extensions: { '/shop': { services: { web: { does: healthyAfter(1000) } }, ...extension } } })
const request = { path: '/shop', upload }

test('a revision says what it was made of; when it is DEPLOYED the upload is not needed any more, and its copies are', async () => {
  const world = shop({ mounts: ['conf'] })

  const { upload: origin } = await world.controller.submit(request)
  const before = [...world.extensions.released]
  await world.clock.sleep(60_000)
  await quiet(world)

  expect(origin).toEqual({ sha256: upload.sha256, bytes: 2048, entries: 2 })
  expect((await newest(world, 'shop')).state).toBe('DEPLOYED')
  expect([before, world.extensions.released]).toEqual([[], [upload.id]])
  expect([...world.extensions.files]).toContain('r1 conf')
})

test('nor when it has FAILED, or is removed before', async () => {
  const failed = shop({ services: { web: { does: unhealthyAfter(1000) } } })
  await failed.controller.submit(request)
  await failed.clock.sleep(60_000)
  await quiet(failed)
  const removed = shop({ services: { web: { does: undecided } } })
  await removed.controller.submit(request)
  await removed.clock.sleep(1_000)
  await removed.controller.remove('shop', { volumes: false })
  await quiet(removed)

  expect(failed.extensions.released).toEqual([upload.id])
  expect(removed.extensions.released).toContain(upload.id)
})

test('the upload is a revision’s when that is on record, also where its view cannot be told', async () => {
  const world = shop()
  const admitted: unknown[] = []
  const events = world.store.events
  world.store.events = () => Promise.reject(new Error('database is locked'))

  const submitted = world.controller.submit({ ...request, admitted: () => admitted.push('admitted') })

  await expect(submitted).rejects.toThrow('database is locked')
  world.store.events = events
  expect([admitted, (await newest(world, 'shop')).source.upload]).toEqual([['admitted'], upload])
  await world.clock.sleep(60_000)
  await quiet(world)
  expect(world.extensions.released).toEqual([upload.id])
})

test('a process that is killed while it is needed leaves it to the next one', async () => {
  const world = shop()
  await world.controller.submit(request)
  await world.clock.sleep(100)
  await world.controller.close()
  const before = [...world.extensions.released]

  await anotherController(world).recover()
  await world.clock.sleep(60_000)
  await quiet(world)

  expect((await newest(world, 'shop')).state).toBe('DEPLOYED')
  expect([before, world.extensions.released]).toEqual([[], [upload.id]])
})

test('a folder of the machine’s own says nothing of an upload', async () => {
  const world = shop()

  const { upload: origin } = await world.controller.submit({ path: '/shop' })
  await world.clock.sleep(60_000)
  await quiet(world)

  expect([origin, world.extensions.released]).toEqual([null, []])
})
