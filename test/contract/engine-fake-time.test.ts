import { expect, test } from 'vitest'
import { createFakeClock } from '../fakes/clock.ts'
import { aService } from '../fakes/container.ts'
import { createFakeEngine } from '../fakes/engine.ts'

const ref = { deployment: 'd', revision: 1 }
const signal = new AbortController().signal
const model = (extra = '') => `services:\n  web:\n    image: x\n    ${extra}\n`

async function started(script = aService(), extra = '') {
  const clock = createFakeClock()
  const engine = createFakeEngine({ clock, services: { web: script } })
  await engine.create(ref, 'p', model(extra), signal)
  const [container] = await engine.containers(ref)
  const id = container?.id ?? ''
  await engine.start({ id, binds: [] })
  return { clock, engine, id, look: async () => engine.container(id) }
}

test('three minutes of health pass at once, in their order', async () => {
  const { clock, look } = await started(
    aService({
      health: [
        [0, 'starting'],
        [90_000, 'healthy'],
        [150_000, 'unhealthy'],
      ],
    }),
  )

  const seen = []
  for (const at of [89_999, 90_000, 149_999, 150_000]) {
    await clock.sleep(at - clock.monotonic())
    seen.push((await look())?.health?.status)
  }

  expect(seen).toEqual(['starting', 'healthy', 'healthy', 'unhealthy'])
})

test('a crash loop backs off as Docker does and can be caught running or restarting', async () => {
  const { clock, look } = await started(aService({ crashes: [50, 1] }), 'restart: always')

  const seen = []
  // Runs for 50 ms each, after pauses of 100, 200 and 400 ms.
  for (const at of [25, 75, 175, 250, 425, 500]) {
    await clock.sleep(at - clock.monotonic())
    const { state, restartCount } = (await look()) ?? {}
    seen.push(`${state} ${restartCount}`)
  }

  expect(seen).toEqual(['running 0', 'restarting 0', 'running 1', 'restarting 1', 'running 2', 'restarting 2'])
})

test('a start takes its time, and a container that exits twice stays up then', async () => {
  const { clock, look } = await started(
    aService({
      startTakes: 200,
      exits: [
        [100, 1],
        [100, 1],
      ],
    }),
    'restart: on-failure',
  )

  expect(clock.monotonic()).toBe(200)
  await clock.sleep(60_000)
  expect(await look()).toMatchObject({ state: 'running', restartCount: 2, exitCode: null })
})

test('an engine that is dead answers nothing, loses its events, and tells of the gap when it comes back', async () => {
  const { engine, look } = await started()
  const heard: string[] = []
  await engine.listen(({ is }) => heard.push(is))

  engine.world.die()
  engine.world.pause('web')
  await expect(look()).rejects.toMatchObject({ trouble: { reason: 'engine_unreachable' } })
  engine.world.comeBack()

  expect(heard).toEqual(['gap'])
  expect(await look()).toMatchObject({ state: 'paused' })
})

test('a sleep that is aborted rejects with the reason, and time does not run away when nobody sleeps', async () => {
  const { clock } = await started(aService({ crashes: [50, 1] }), 'restart: always')
  const done = new AbortController()
  const slept = clock.sleep(1000, done.signal)
  done.abort(new Error('enough'))

  await expect(slept).rejects.toThrow('enough')
  expect(clock.monotonic()).toBe(0)
})

test('a pull tells its bytes and can be cancelled on the way', async () => {
  const clock = createFakeClock()
  const engine = createFakeEngine({
    clock,
    images: {
      'a:1': {
        progress: [
          [100, 5, 10],
          [200, 10, 10],
        ],
      },
    },
  })
  const bytes: number[] = []

  await engine.pull('a:1', null, ({ current }) => bytes.push(current), signal)

  expect(bytes).toEqual([5, 10])
  expect(await engine.image('a:1')).toMatchObject({ id: 'sha256:a:1' })
  await expect(engine.pull('b:1', null, () => {}, signal)).rejects.toMatchObject({ trouble: { reason: 'image_not_found' } })
})
