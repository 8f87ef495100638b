import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { RevisionEvent } from '../../../src/deploy/record.ts'
import { anEvent, aView, id, pictured } from './makers.ts'
import { type Answer, aStub, sendEvents, sendProblem } from './stub.ts'

const urls = ['https://localhost:8443/runtime/apps/6f/', 'https://localhost:61100/']
const events = (last: RevisionEvent) => [...pictured, [3_000, last] as [number, RevisionEvent]].map(([at, event], index) => anEvent(index + 1, at, event))
const failure = {
  reason: 'container_unhealthy',
  service: 'backend',
  sentence: 'backend is unhealthy: connection refused.',
  fix: 'Correct the check.',
  at: '',
} as const

function serverOf(answers: Record<string, Answer>): Record<string, Answer> {
  return { 'POST /deployments': (_, response) => void response.writeHead(202).end(JSON.stringify(aView())), ...answers }
}

const deployed = serverOf({
  'GET /events': (_, response) => sendEvents(response, events({ type: 'state', state: 'DEPLOYED' })),
  [`GET /deployments/${id}/revisions/1`]: () => aView({ state: 'DEPLOYED' }),
})

const failed = serverOf({
  'GET /events': (_, response) => sendEvents(response, events({ type: 'state', state: 'FAILED', failure })),
  [`GET /deployments/${id}/revisions/1`]: () =>
    aView({
      state: 'FAILED',
      failure,
      containers: [
        {
          service: 'backend',
          replica: 1,
          verdict: 'failed',
          detail: 'unhealthy',
          attemptsTotal: 3,
          attempts: [{ at: '', ms: 31, exit: 1, output: 'wget: connection refused\n' }],
        },
      ],
    }),
  [`GET /deployments/${id}/revisions/1/evidence`]: () => ({
    at: '',
    containers: [{ service: 'backend', replica: 1, verdict: 'failed', logs: Array.from({ length: 12 }, (_, at) => `line ${at} \x1b[31m`).join('\n') }],
  }),
})

describe('torii deploy', () => {
  test('prints the addresses on stdout, and how it went on stderr', async () => {
    await using stub = await aStub(deployed)

    const { stdout, stderr, exitCode } = await stub.torii('deploy', '.')

    expect(stdout.split('\n')).toEqual(urls)
    expect(stderr).toContain('  frontend: passed after 0.4 s\n')
    expect(stderr).toMatch(/hello-app · revision 1 is DEPLOYED/)
    expect(exitCode).toBe(0)
  })

  test('sends an absolute path, and --env over --env-file over nothing', async () => {
    const bodies: unknown[] = []
    await using stub = await aStub({
      ...deployed,
      'POST /deployments': ({ body }, response) => {
        bodies.push(body)
        response.writeHead(202).end(JSON.stringify(aView()))
      },
    })
    await writeFile(join(stub.home, '.env.x'), 'A=1\nB="two words"\n')

    const args = ['--name', 'shop', '--env-file', '.env.x', '--env', 'A=x=y', '-e', 'TORII_HOME', '--port', '61101', '--profile', 'debug']
    await stub.torii('deploy', '.', '--no-wait', ...args)

    expect(bodies).toEqual([{ path: stub.home, name: 'shop', env: { A: 'x=y', B: 'two words', TORII_HOME: stub.home }, port: 61101, profiles: ['debug'] }])
  })

  test('prints exactly one document with --json', async () => {
    await using stub = await aStub(deployed)

    const { stdout, stderr } = await stub.torii('deploy', '.', '--json')

    expect(JSON.parse(stdout)).toEqual(aView({ state: 'DEPLOYED' }))
    expect(stderr).toContain('PULLING_IMAGES')
  })

  test('says why it failed, what was seen and what to change, and ends with the reason’s exit code', async () => {
    await using stub = await aStub(failed)

    const { stdout, stderr, exitCode } = await stub.torii('deploy', '.')

    expect(stdout).toBe('')
    expect(stderr.slice(stderr.indexOf('hello-app ·')).split('\n')).toEqual([
      'hello-app · revision 1 is FAILED: backend is unhealthy: connection refused.',
      '  last health probe of backend (3 in all): exit code 1 after 0.0 s: wget: connection refused',
      '  last lines of backend:',
      ...Array.from({ length: 10 }, (_, at) => `    line ${at + 2} `),
      '  fix: Correct the check.',
    ])
    expect(exitCode).toBe(5)
  })

  test('prints the machine contract when it is refused, and nothing else on stdout', async () => {
    const document = { ...aView({ state: null, revision: null }), deployment: { id: null, name: 'x', kind: 'app' } }
    const problem = { reason: 'policy_denied', detail: 'web asks for privileged.', fix: 'Remove it.', document }
    await using stub = await aStub({ 'POST /deployments': (_, response) => sendProblem(response, 422, problem) })

    const { stdout, stderr, exitCode } = await stub.torii('deploy', '.', '--json')

    expect(JSON.parse(stdout)).toEqual(document)
    expect(stderr).toBe('torii: web asks for privileged.\n  fix: Remove it.')
    expect(exitCode).toBe(3)
  })

  test.each<[string, string[], number, string]>([
    ['a folder that is not there', ['/nowhere'], 3, 'The Compose file cannot be used: /nowhere does not exist.'],
    ['a variable that is not there', ['.', '--env', 'NOT_SET'], 2, '--env NOT_SET: there is no such variable.'],
    ['a file of variables that is not there', ['.', '--env-file', 'no'], 3, 'The environment file no does not exist.'],
    ['a name with a colour', ['.\x1b[31m'], 3, 'does not exist.'],
  ])('%s is refused before anything is asked', async (_, args, exit, sentence) => {
    await using stub = await aStub({})

    const { stdout, stderr, exitCode } = await stub.torii('deploy', '--json', ...args)

    expect(JSON.parse(stdout)).toMatchObject({
      revision: null,
      state: null,
      deployment: { id: null },
      failure: { sentence: expect.stringContaining(sentence) },
    })
    expect(stderr).not.toContain('\x1b')
    expect([exitCode, stub.asked]).toEqual([exit, []])
  })

  test('goes on with the events after those it has seen when the server was away', async () => {
    const all = events({ type: 'state', state: 'DEPLOYED' })
    const asked: (string | undefined)[] = []
    await using stub = await aStub({
      ...deployed,
      'GET /events': ({ headers }, response) => {
        const last = headers['last-event-id'] as string | undefined
        asked.push(last)
        sendEvents(response, last === undefined ? all.slice(0, 5) : all.slice(Number(last)))
        if (last === undefined) setTimeout(() => void stub.restart(300), 50)
      },
    })

    const { stderr, exitCode } = await stub.torii('deploy', '.')

    expect(stderr.match(/went away/g)).toHaveLength(1)
    expect(stderr.match(/frontend: started/g)).toHaveLength(1)
    expect(asked).toEqual([undefined, '5'])
    expect(exitCode).toBe(0)
  })

  test('Ctrl-C says that the deployment goes on', async () => {
    await using stub = await aStub({ ...deployed, 'GET /events': (_, response) => sendEvents(response, events({ type: 'notice', text: 'now' }).slice(0, 3)) })
    const running = stub.torii('deploy', '.', '--json')
    for await (const line of running.iterable({ from: 'stderr' })) if (line.includes('back:1')) running.kill('SIGINT')

    const { stdout, stderr, exitCode } = await running

    expect(stderr).toContain('torii: Interrupted; hello-app goes on being deployed.\n  fix: `torii status hello-app` shows how it goes')
    expect(JSON.parse(stdout)).toMatchObject({ state: 'UNINITIALIZED', revision: 1 })
    expect(exitCode).toBe(130)
  })

  test('a server of another state folder is named', async () => {
    await using stub = await aStub(deployed)
    await writeFile(join(stub.home, 'token'), 'other')

    const { stderr, exitCode } = await stub.torii('deploy', '.')

    expect(stderr).toContain('does not accept this state folder')
    expect(exitCode).toBe(7)
  })
})
