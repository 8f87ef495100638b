import { expect, test } from 'vitest'
import { DeployError, failureOf } from '../../../src/deploy/failure.ts'
import { replacedBy, whyInPlace } from '../../../src/deploy/in-place.ts'
import { type FakeExtension, modelHash } from '../../fakes/extensions.ts'
import { anotherController, aWorld, deployed } from './a-world.ts'
import { aDeployment, aPlan, aRevision } from './makers.ts'

const asking: FakeExtension = { services: { web: {} }, asks: ['gpus'] }
const refusalOf = async (act: Promise<unknown>) => {
  const error = await act.catch((thrown: unknown) => thrown)
  if (error instanceof DeployError) return error.trouble
  throw new Error('it was not refused', { cause: error })
}

test('a refusal that asks records nothing, and its question is in what was thrown', async () => {
  const world = aWorld({ extensions: { '/hello': asking } })

  const trouble = await refusalOf(world.controller.submit({ path: '/hello' }))

  expect(trouble).toMatchObject({ reason: 'policy_denied', asks: { model: modelHash, asked: [{ rule: 'gpus' }] } })
  expect(await world.store.deployments()).toEqual([])
  expect(failureOf(trouble, 0)).not.toHaveProperty('asks')
})

test.each([
  ['named beforehand', { allow: ['gpus'] }],
  ['answered', { consent: { model: modelHash, rules: ['gpus'] } }],
])('what was %s is deployed, kept with the revision, and on record', async (_, answer) => {
  const world = aWorld({ extensions: { '/hello': asking } })

  const { deployment } = await world.controller.submit({ path: '/hello', ...answer })
  const revision = await world.store.newest(deployment.id ?? '')

  expect(revision?.source.policy?.allowed).toEqual(['gpus'])
  expect(await world.store.consents(deployment.id ?? '')).toMatchObject([{ model: modelHash, rules: ['gpus'] }])
})

test('an answer to another model is none', async () => {
  const world = aWorld({ extensions: { '/hello': asking } })

  expect(await refusalOf(world.controller.submit({ path: '/hello', consent: { model: '0'.repeat(64), rules: ['gpus'] } }))).toHaveProperty('asks')
})

test('the next revision of the same model asks nothing; after a removal it asks again', async () => {
  const world = aWorld({ extensions: { '/hello': asking } })
  const { deployment } = await deployedWith(world, { allow: ['gpus'] })

  const { state, revision } = await deployed(world, '/hello')
  await world.controller.remove(deployment, { volumes: true })

  expect([revision, state]).toEqual([2, 'DEPLOYED'])
  expect(await refusalOf(world.controller.submit({ path: '/hello' }))).toHaveProperty('asks')
})

test('a process that goes on with a revision, a stop and a start ask nobody', async () => {
  const world = aWorld({ extensions: { '/hello': asking } })
  const { deployment } = await deployedWith(world, { allow: ['gpus'] })
  const next = anotherController(world)

  await next.recover()
  await next.stop(deployment)
  const { failure } = await next.start(deployment)

  expect(failure).toBeNull()
})

test('a look ahead asks as a deploy would, and a judged folder does not', async () => {
  const world = aWorld({ extensions: { '/hello': asking } })

  expect(await refusalOf(world.controller.forecast({ path: '/hello' }))).toHaveProperty('asks')
  expect(await world.controller.judge({ path: '/hello' })).toMatchObject({ name: 'hello', refused: true })
  expect(await world.store.deployments()).toEqual([])
})

test('a name that somebody may not use is not judged for them', async () => {
  const world = aWorld({ extensions: { '/hello': asking } })
  const mayUse = () => {
    throw new Error('not yours')
  }

  await expect(world.controller.judge({ path: '/hello', mayUse })).rejects.toThrow('not yours')
})

test('two revisions that publish the same port of the host take each other’s place', async () => {
  const live = aRevision({ revision: 1, plan: aPlan({ hostPorts: ['8080', '9090'] }) })
  const store = { deployment: async () => aDeployment({ live: 1 }), revision: async () => live }
  const replaced = (plan: Parameters<typeof aPlan>[0]) => replacedBy(aRevision({ revision: 2, plan: aPlan(plan) }), { store: store as never })

  expect(await replaced({ hostPorts: ['8080'] })).toEqual({ live, volumes: [], ports: ['8080'] })
  expect(await replaced({ hostPorts: ['7070'] })).toBeNull()
  expect(await replaced({})).toBeNull()
  expect(whyInPlace({ volumes: ['data'], ports: ['8080'] })).toBe('because both use the volume data and port 8080 of the host')
  expect(whyInPlace({ volumes: [], ports: [] })).toBe('as the extension asks')
})

async function deployedWith(world: ReturnType<typeof aWorld>, answer: { allow: string[] }): Promise<{ deployment: string }> {
  const revision = await deployed(world, '/hello', answer)
  expect(revision.state).toBe('DEPLOYED')
  return { deployment: revision.deployment }
}
