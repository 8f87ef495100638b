import { describe, expect, test } from 'vitest'
import { DeployError } from '../../../src/deploy/failure.ts'
import { aDeployment, aView, id } from '../cli/makers.ts'
import { anApp, ask } from './an-app.ts'

const world = () => ({ deployments: [aDeployment({ name: 'web' })], revisions: [aView()] })

describe('a deployment is submitted', () => {
  test('it is accepted with its revision, and says where that is found', async () => {
    const { app, controller } = anApp({ world: world() })
    const request = { path: '/srv/web', name: 'web', env: { MODE: 'x', constructor: 'y' }, port: 61_100, profiles: ['debug'] }

    const answer = await ask(app, { method: 'POST', url: '/api/v1/deployments', payload: request })

    expect(answer.statusCode).toBe(202)
    expect(answer.json()).toEqual(aView())
    expect(answer.headers.location).toBe(`/api/v1/deployments/${id}/revisions/1`)
    expect(controller.calls).toEqual([['submit', { ...request, mayUse: expect.any(Function), restsOn: expect.any(Function) as unknown }]])
  })

  test('a refused one says why, what to do, and with the status of its reason', async () => {
    const refusal = new DeployError('policy_denied', 'privileged', { service: 'web' })
    const { app } = anApp({ controller: { submit: () => Promise.reject(refusal) } })

    const answer = await ask(app, { method: 'POST', url: '/api/v1/deployments', payload: { path: '/srv/web' } })

    expect(answer.statusCode).toBe(422)
    expect(answer.headers['content-type']).toContain('application/problem+json')
    expect(answer.json()).toEqual({
      type: 'about:blank',
      title: 'Unprocessable Entity',
      status: 422,
      reason: 'policy_denied',
      service: 'web',
      sentence: 'web asks for something the policy denies: privileged.',
      fix: 'Remove that option from web; docs/policy.md names the safer way.',
    })
  })

  test('beyond so many at once the next is asked to come back, and there is room again when one has ended', async () => {
    const going = Promise.withResolvers<ReturnType<typeof aView>>()
    const { app } = anApp({ controller: { submit: () => going.promise }, limits: { submits: 2 } })
    const submit = () => ask(app, { method: 'POST', url: '/api/v1/deployments', payload: { path: '/srv/web' } })
    await app.ready()
    const first = [submit(), submit()]

    const third = await submit()
    going.resolve(aView())
    const later = await Promise.all([...first, submit()])

    expect(third.statusCode).toBe(429)
    expect(third.headers['retry-after']).toBe('5')
    expect(third.json()).toMatchObject({ reason: 'busy', sentence: expect.stringContaining('Too many') })
    expect(later.map(({ statusCode }) => statusCode)).toEqual([202, 202, 202])
  })

  test('one that fails gives its place back', async () => {
    const { app } = anApp({ controller: { submit: () => Promise.reject(new DeployError('busy', 'web')) }, limits: { submits: 1 } })
    const submit = () => ask(app, { method: 'POST', url: '/api/v1/deployments', payload: { path: '/srv/web' } })

    const statuses = [(await submit()).statusCode, (await submit()).statusCode]

    expect(statuses).toEqual([409, 409])
  })
})

describe('deployments are looked at', () => {
  test('all, and one by its name or its id', async () => {
    const { app, controller } = anApp({ world: world() })

    const all = await ask(app, { url: '/api/v1/deployments' })
    const byName = await ask(app, { url: '/api/v1/deployments/web' })
    const byId = await ask(app, { url: `/api/v1/deployments/${id}` })

    expect(all.json()).toEqual({ deployments: [aDeployment({ name: 'web' })] })
    expect([byName.json(), byId.json()]).toEqual([aDeployment({ name: 'web' }), aDeployment({ name: 'web' })])
    expect(controller.calls).toEqual([['list'], ['get', 'web'], ['get', id]])
  })

  test.each(['nobody', '..%2f..%2fetc', 'a%00b', 'Web', '%E2%80%AEweb', 'x'.repeat(300), '%3Cimg%20onerror%3D1%3E'])('%s is not found', async (name) => {
    const { app, controller } = anApp({ world: world() })

    const answer = await ask(app, { url: `/api/v1/deployments/${name}` })

    expect(answer.statusCode).toBe(404)
    expect(answer.json()).toMatchObject({ reason: 'not_found', fix: '`torii ls` lists what there is.' })
    expect(controller.calls.every(([, asked]) => asked === 'nobody')).toBe(true)
  })

  test('a field that the document does not know yet is told all the same', async () => {
    const { app } = anApp({ controller: { list: async () => [{ ...aDeployment(), news: 1 }] } })

    const answer = await ask(app, { url: '/api/v1/deployments' })

    expect(answer.json().deployments[0]).toMatchObject({ news: 1 })
  })
})

describe('deployments are changed', () => {
  test.each([
    ['/api/v1/deployments/web', false],
    ['/api/v1/deployments/web?volumes=false', false],
    ['/api/v1/deployments/web?volumes=true', true],
  ])('DELETE %s removes it, volumes: %s', async (url, volumes) => {
    const { app, controller } = anApp({ world: world() })

    const answer = await ask(app, { method: 'DELETE', url })

    expect(answer.json()).toEqual({
      name: 'web',
      volumesKept: volumes ? [] : [`torii-${id}_data`],
      volumesRemoved: volumes ? [`torii-${id}_data`] : [],
    })
    expect(controller.calls).toEqual([['remove', 'web', { volumes }]])
  })

  test.each(['volumes=yes', 'volumes=1', 'volumes=', 'volumes', 'volume=true', 'volumes=true&volumes=true', 'volumes=true&force=1'])(
    'DELETE with ?%s removes nothing',
    async (query) => {
      const { app, controller } = anApp({ world: world() })

      const answer = await ask(app, { method: 'DELETE', url: `/api/v1/deployments/web?${query}` })

      expect(answer.statusCode).toBe(400)
      expect(controller.calls).toEqual([])
    },
  )

  test('stop and start answer what became of it', async () => {
    const { app } = anApp({ world: world() })

    const stopped = await ask(app, { method: 'POST', url: '/api/v1/deployments/web/stop' })
    const started = await ask(app, { method: 'POST', url: '/api/v1/deployments/web/start' })

    expect(stopped.json()).toMatchObject({ name: 'web', wanted: 'stopped' })
    expect(started.json()).toMatchObject({ deployment: { name: 'web', wanted: 'running' }, failure: null })
  })

  test('a start that saw a failure is no refusal', async () => {
    const failure = {
      reason: 'health_timeout',
      service: 'web',
      sentence: 'web did not become healthy in time.',
      fix: 'Wait.',
      at: '2026-11-24T12:00:00.000Z',
    } as const
    const { app } = anApp({ controller: { start: async () => ({ deployment: aDeployment(), failure }) } })

    const answer = await ask(app, { method: 'POST', url: '/api/v1/deployments/web/start' })

    expect([answer.statusCode, answer.json().failure]).toEqual([200, failure])
  })
})
