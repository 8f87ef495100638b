import { describe, expect, test } from 'vitest'
import type { Asks, PolicyReport } from '../../../src/deploy/consent.ts'
import { DeployError } from '../../../src/deploy/failure.ts'
import type { NamedRequest } from '../../../src/deploy/ports.ts'
import type { Uploads } from '../../../src/deploy/upload-port.ts'
import { localCaller } from '../../../src/server/caller.ts'
import { refuseForeignConsent } from '../../../src/server/operators-word.ts'
import { createFakeUploads } from '../../fakes/uploads.ts'
import { aView, id } from '../cli/makers.ts'
import { anApp, ask } from './an-app.ts'

const model = 'a'.repeat(64)
const asks: Asks = { model, asked: [{ rule: 'gpus', service: 'web', found: 'gpus', reason: 'it takes devices of the host', safer: 'Remove `gpus`.' }] }
const refusing = {
  submit: async () => {
    throw new DeployError('policy_denied', 'gpus', { service: 'web', asks })
  },
}

test('a refusal lists what is asked: rule, service, what was found, and the model’s hash', async () => {
  const { app } = anApp({ controller: refusing })

  const answer = await ask(app, { method: 'POST', url: '/api/v1/deployments', payload: { path: '/srv/app' } })

  expect(answer.statusCode).toBe(422)
  expect(answer.json()).toMatchObject({ reason: 'policy_denied', service: 'web', asks })
})

test('the audit trail says that a revision rests on an earlier consent', async () => {
  const submit = async ({ restsOn }: NamedRequest) => {
    restsOn?.(['gpus'])
    return aView({ deployment: { id, name: 'web', kind: 'app' } })
  }
  const { app, access } = anApp({ controller: { submit } })

  await ask(app, { method: 'POST', url: '/api/v1/deployments', payload: { path: '/srv/app' } })

  expect((await access.audited({ limit: 9 })).at(-1)?.detail).toMatch(/, by an earlier consent to gpus$/)
})

test('allow and consent reach the controller as they were sent', async () => {
  const { app, controller } = anApp({ controller: refusing })
  const payload = { path: '/srv/app', allow: ['host-ports'], consent: { model, rules: ['gpus'] } }

  await ask(app, { method: 'POST', url: '/api/v1/deployments', payload })

  expect(controller.calls.at(-1)).toMatchObject(['submit', payload])
})

test.each([
  [{ consent: { model: 'short', rules: ['gpus'] } }],
  [{ consent: { model, rules: ['$(x)'] } }],
  [{ consent: { rules: ['gpus'] } }],
  [{ consent: { model, rules: [], more: 1 } }],
  [{ allow: 'gpus' }],
  [{ allow: ['a b'] }],
  [{ uploaded: false }],
])('%j is no request', async (more) => {
  const { app, controller } = anApp()

  const answer = await ask(app, { method: 'POST', url: '/api/v1/deployments', payload: { path: '/srv/app', ...more } })

  expect([answer.statusCode, controller.calls]).toEqual([400, []])
})

test('whoever may not say yes is told what to ask the operator for', async () => {
  const upload = { id: 'b'.repeat(32), sha256: model, bytes: 1, entries: 1 }
  const adopt: Uploads['adopt'] = (_, work) => work({ path: '/srv/app', upload }, () => {})
  const { app } = anApp({ controller: refusing, uploads: { ...createFakeUploads(), adopt } })
  const made = await ask(app, { method: 'POST', url: '/api/v1/tokens', payload: { name: 'ci', scope: 'deploy', expiresIn: null } })
  const headers = { authorization: `Bearer ${(made.json() as { token: string }).token}` }

  const answer = await ask(app, { method: 'POST', url: '/api/v1/deployments', headers, payload: { upload: upload.id } })

  expect(answer.json()).toMatchObject({
    reason: 'policy_denied',
    fix: expect.stringMatching(/^Remove `gpus`\. Or ask the operator, .*`--allow gpus`/) as string,
  })
})

test('a judged folder is answered as it is', async () => {
  const report: PolicyReport = {
    ...{ name: 'shop', profile: 'strict', file: 'policy.yaml', model, refused: true, unseen: ['db'] },
    findings: asks.asked.map((each) => ({ ...each, decision: 'ask', strict: 'ask', developer: 'ask' })),
  }
  const { app } = anApp({ world: { report } })

  const answer = await ask(app, { method: 'POST', url: '/api/v1/policy/check', payload: { path: '/srv/app' } })

  expect([answer.statusCode, answer.json()]).toEqual([200, report])
})

describe('a consent is the operator’s', () => {
  const by = (scope: 'read' | 'deploy' | 'admin', body: object) => () => refuseForeignConsent({ caller: { ...localCaller, scope }, body })

  test('so only a token with the scope admin may give one', () => {
    expect(by('deploy', { allow: ['gpus'] })).toThrow('operators_word')
    expect(by('deploy', { consent: { model, rules: ['gpus'] } })).toThrow('operators_word')
    expect(by('deploy', {})).not.toThrow()
    expect(by('deploy', { allow: [] })).not.toThrow()
    expect(by('admin', { allow: ['gpus'] })).not.toThrow()
  })

  test('also where nobody is known', () => {
    expect(() => refuseForeignConsent({ caller: null, body: { allow: ['gpus'] } })).toThrow('operators_word')
  })
})
