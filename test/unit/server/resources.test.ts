import { describe, expect, test } from 'vitest'
import type { Evidence } from '../../../src/deploy/record.ts'
import type { Verdict } from '../../../src/deploy/verdict.ts'
import { aDeployment, aView } from '../cli/makers.ts'
import { anApp, ask } from './an-app.ts'

const at = '2026-11-24T12:00:00.000Z'
const container = { service: 'web', replica: 1, id: 'c1', state: 'exited', exitCode: 1, oomKilled: false, restartCount: 0, health: null, error: '' }
const evidence: Evidence = { at, containers: [{ ...container, logs: '<script>alert(1)</script>', verdict: 'failed', detail: 'exit code 1' }] }
const phases = { dns: 1, tcp: null, tls: null, firstByte: null }
const probed = { at, ms: 3, hop: 'proxy', status: null, failed: 'refused', detail: 'refused', phases, location: undefined, mark: null } as const
const seen = aView({
  revision: 2,
  probe: [{ route: 'path', url: 'https://localhost:8443/', verdict: 'failed', attemptsTotal: 60, attempts: [probed] }],
  containers: [{ service: 'web', replica: 1, verdict: 'waiting', detail: 'starting', attemptsTotal: 1, attempts: [{ at, ms: 3, exit: 1, output: 'no\n' }] }],
})
const world = () => ({ deployments: [aDeployment({ name: 'web' })], revisions: [aView(), seen], evidence: new Map([[2, evidence]]) })

describe('revisions', () => {
  test('are told oldest first, one by its number, or the newest', async () => {
    const { app, controller } = anApp({ world: world() })

    const [all, first, latest] = [
      await ask(app, { url: '/api/v1/deployments/web/revisions' }),
      await ask(app, { url: '/api/v1/deployments/web/revisions/1' }),
      await ask(app, { url: '/api/v1/deployments/web/revisions/latest' }),
    ]

    expect(all.json().revisions.map(({ revision }: { revision: number }) => revision)).toEqual([1, 2])
    expect([first.json().revision, latest.json().revision]).toEqual([1, 2])
    expect(controller.calls.slice(1)).toEqual([
      ['revision', 'web', 1],
      ['revision', 'web', null],
    ])
  })

  test.each(['0', '-1', '1.5', 'newest', '01', '1e3', '%31%20', '9'.repeat(20)])('a revision called %s cannot be asked for', async (revision) => {
    const { app, controller } = anApp({ world: world() })

    const answer = await ask(app, { url: `/api/v1/deployments/web/revisions/${revision}` })

    expect(answer.statusCode).toBe(400)
    expect(answer.json().sentence).toBe('"revision" in the address must be the number of a revision or `latest`.')
    expect(controller.calls).toEqual([])
  })

  test('evidence is what was frozen, and not found where nothing is', async () => {
    const { app } = anApp({ world: world() })

    const [frozen, missing] = await Promise.all([
      ask(app, { url: '/api/v1/deployments/web/revisions/latest/evidence' }),
      ask(app, { url: '/api/v1/deployments/web/revisions/1/evidence' }),
    ])

    expect(frozen.json()).toEqual(evidence)
    expect(frozen.headers['content-type']).toContain('application/json')
    expect([missing.statusCode, missing.json().reason]).toEqual([404, 'not_found'])
  })
})

describe('the control plane itself', () => {
  test('says who it is to anybody', async () => {
    const { app } = anApp()

    const answer = await app.inject('/healthz')

    expect([answer.statusCode, answer.json()]).toEqual([200, { version: '0.1.0', build: 'dev' }])
  })

  test('tells what the machine is made of to callers with the token', async () => {
    const { app } = anApp()

    const answer = await ask(app, { url: '/api/v1/system' })

    expect(answer.json()).toEqual({ engine: '26.1.5' })
  })

  test.each<[string, Verdict, number, object]>([
    ['is ready', { is: 'passed' }, 200, { ready: true }],
    [
      'waits for something',
      { is: 'waiting', on: 'records of before are looked at' },
      503,
      { reason: 'not_ready', sentence: expect.stringContaining('records of before') },
    ],
    [
      'lacks something, whose words are not for everybody',
      { is: 'failed', why: { reason: 'engine_unreachable', detail: 'connect EACCES /home/x/docker.sock' } },
      503,
      { reason: 'engine_unreachable', sentence: 'The container engine does not answer.' },
    ],
  ])('%s', async (_, verdict, status, body) => {
    const { app } = anApp({ ready: () => verdict })

    const answer = await ask(app, { url: '/readyz', headers: { authorization: '' } })

    expect(answer.statusCode).toBe(status)
    expect(answer.json()).toMatchObject(body)
  })
})
