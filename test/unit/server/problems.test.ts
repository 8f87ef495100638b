import { setImmediate } from 'node:timers/promises'
import pino from 'pino'
import { describe, expect, test } from 'vitest'
import { DeployError, failures, type Reason } from '../../../src/deploy/failure.ts'
import { aServer } from './a-server.ts'
import { anApp, ask } from './an-app.ts'

const { app } = anApp()
const submit = (payload: unknown, headers: Record<string, string> = {}) =>
  ask(app, {
    method: 'POST',
    url: '/api/v1/deployments',
    headers: { 'content-type': 'application/json', ...headers },
    payload: typeof payload === 'string' ? payload : JSON.stringify(payload),
  })

describe('a body that is not as it should be is refused with a sentence', () => {
  test.each<[string, unknown, string]>([
    ['nothing known is missing', {}, '"path" or "upload" is missing in the body.'],
    ['an unknown key', { path: '/x', pth: 1 }, 'There is no "pth" in the body.'],
    ['an unknown key that steers terminals', { path: '/x', '\u001b[31mred\u202e': 1 }, 'There is no "red" in the body.'],
    ['an unknown key as long as it gets', { path: '/x', ['k'.repeat(5000)]: 1 }, `There is no "${'k'.repeat(79)}…" in the body.`],
    ['a path of the wrong kind', { path: 7 }, '"path" in the body must be the absolute path of a folder or a Compose file.'],
    ['a relative path', { path: 'x' }, '"path" in the body must be the absolute path of a folder or a Compose file.'],
    ['a path with a NUL', { path: '/x\0y' }, '"path" in the body must be the absolute path of a folder or a Compose file.'],
    ['a port as text', { path: '/x', port: '80' }, '"port" in the body must be a port between 1 and 65535.'],
    ['a port beyond all ports', { path: '/x', port: 65_536 }, '"port" in the body must be a port between 1 and 65535.'],
    ['a variable that is no text', { path: '/x', env: { A: 1 } }, '"env.A" in the body must be a text.'],
    ['variables in a list', { path: '/x', env: ['A=1'] }, '"env" in the body must be an object of texts.'],
    ['null', { path: '/x', name: null }, '"name" in the body must be a text.'],
    ['no object', '[]', 'The body must be an object with the `path` or the `upload` of an extension.'],
    ['nothing at all', undefined, 'The body must be an object with the `path` or the `upload` of an extension.'],
    ['null as a whole', 'null', 'The body must be an object with the `path` or the `upload` of an extension.'],
  ])('%s', async (_, payload, sentence) => {
    const answer = await submit(payload)

    expect(answer.statusCode).toBe(400)
    expect(answer.json()).toEqual({
      type: 'about:blank',
      title: 'Bad Request',
      status: 400,
      reason: 'request_invalid',
      sentence,
      fix: '/openapi.json says what may be asked.',
    })
  })

  test.each<[string, string, Record<string, string>, number, string]>([
    ['broken JSON', '{"path":', {}, 400, 'json_invalid'],
    ['an empty one', '', {}, 400, 'request_invalid'],
    ['a prototype', '{"path":"/x","__proto__":{"port":1}}', {}, 400, 'json_invalid'],
    ['a text', '{"path":"/x"}', { 'content-type': 'text/plain' }, 415, 'media_type'],
    ['a form', 'path=/x', { 'content-type': 'application/x-www-form-urlencoded' }, 415, 'media_type'],
    ['a form with files', '--x--', { 'content-type': 'multipart/form-data; boundary=x' }, 415, 'media_type'],
    ['one too large', JSON.stringify({ path: '/x', name: 'n'.repeat(1024 * 1024) }), {}, 413, 'body_too_large'],
  ])('%s', async (_, payload, headers, status, reason) => {
    const answer = await submit(payload, headers)

    expect([answer.statusCode, answer.json().reason]).toEqual([status, reason])
    expect(answer.json().sentence).toMatch(/^[A-Z].*\.$/)
  })

  test('a value is never repeated', async () => {
    const answer = await submit({ path: '/x', env: { TOKEN: ['hunter2'] } })

    expect(answer.body).not.toContain('hunter2')
  })
})

describe('what goes wrong in the heart', () => {
  test.each(Object.keys(failures) as Reason[])('%s has the status of its row, its sentence and its fix', async (reason) => {
    const { app } = anApp({ controller: { list: () => Promise.reject(new DeployError(reason, 'seen')) } })

    const answer = await ask(app, { url: '/api/v1/deployments' })

    expect(answer.statusCode).toBe(failures[reason].http)
    expect(answer.json()).toMatchObject({ status: failures[reason].http, reason, fix: failures[reason].fix('') })
  })

  test('what nobody expected is told as internal, and only the log has its words', async () => {
    const { app, logged } = anApp({ controller: { list: () => Promise.reject(new Error('password hunter2 in /etc/x')) } })

    const answer = await ask(app, { url: '/api/v1/deployments' })

    const [, request] = /request (\w+)/.exec(answer.json().detail) ?? []
    const lines = logged.map((line) => JSON.parse(line)).filter(({ level }) => level === 50)
    expect(answer.statusCode).toBe(500)
    expect(answer.body).not.toMatch(/hunter2|etc|stack|\.ts/)
    expect(lines).toMatchObject([
      { reqId: request, msg: 'a request failed unexpectedly', err: { message: 'password hunter2 in /etc/x', stack: expect.any(String) } },
    ])
  })

  test('it is told so also where nothing can be logged', async () => {
    const log = pino(
      { level: 'error' },
      {
        write: () => {
          throw new RangeError('Maximum call stack size exceeded')
        },
      },
    )
    const { app } = anApp({ log, controller: { list: () => Promise.reject(new Error('hunter2')) } })

    const answer = await ask(app, { url: '/api/v1/deployments' })

    expect(answer.headers['content-type']).toMatch(/^application\/problem\+json/)
    expect(answer.json()).toMatchObject({ status: 500, reason: 'internal' })
    expect(answer.body).not.toMatch(/hunter2|stack/)
  })

  test('it is logged for a caller on a socket too, whose request has long been read', async () => {
    await using server = await aServer({ controller: { submit: () => setImmediate().then(() => Promise.reject(new Error('hunter2'))) } })
    const headers = { 'content-type': 'application/json' }

    const answer = await server.request('/api/v1/deployments', { method: 'POST', body: '{"path":"/x"}', headers })

    expect(answer.status).toBe(500)
    expect(server.logged.join('')).toContain('hunter2')
  })

  test('an error of the engine with a status of its own is no refusal of ours', async () => {
    const error = Object.assign(new Error('no such container'), { statusCode: 404, status: 404, code: 'ENOENT' })
    const { app } = anApp({ controller: { list: () => Promise.reject(error) } })

    const answer = await ask(app, { url: '/api/v1/deployments' })

    expect([answer.statusCode, answer.json().reason]).toEqual([500, 'internal'])
  })

  test('a full disk is one wherever a file could not be written', async () => {
    const error = Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' })
    const { app } = anApp({ controller: { list: () => Promise.reject(error) } })

    const answer = await ask(app, { url: '/api/v1/deployments' })

    expect([answer.statusCode, answer.json().reason]).toEqual([failures.disk_full.http, 'disk_full'])
  })

  test.each([null, undefined, 'text', 7])('%s thrown is internal too', async (thrown) => {
    const { app } = anApp({ controller: { list: () => Promise.reject(thrown) } })

    expect((await ask(app, { url: '/api/v1/deployments' })).statusCode).toBe(500)
  })
})

test('the log tells routes and statuses, never a token, a name, a value or a body', async () => {
  const { app, logged } = anApp()
  const secrets = { path: '/srv/hunter2', env: { A: 'hunter2' } }

  await ask(app, { method: 'POST', url: '/api/v1/deployments', payload: secrets })
  await ask(app, { method: 'POST', url: '/api/v1/deployments', payload: { ...secrets, hunter2: 1 } })
  await ask(app, { url: '/api/v1/deployments/hunter2/logs?service=hunter2&tail=x' })
  await app.inject({ url: '/api/v1/events?token=hunter2', headers: { authorization: 'Bearer hunter2', cookie: 'hunter2' } })

  const lines = logged.map((line) => JSON.parse(line))
  expect(logged.join('')).not.toContain('hunter2')
  expect(lines.filter(({ msg }) => msg === 'answered').map(({ method, route, status }) => `${method} ${route} ${status}`)).toEqual([
    'POST /api/v1/deployments 422',
    'POST /api/v1/deployments 400',
    'GET /api/v1/deployments/:name/logs 400',
    'GET /api/v1/events 401',
  ])
})
