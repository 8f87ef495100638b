import { describe, expect, test } from 'vitest'
import { question } from '../../../src/cli/rm.ts'
import { aDeployment, anEvent, aView, id } from './makers.ts'
import { aStub, sendEvents } from './stub.ts'

const failure = { reason: 'app_status', service: 'web', sentence: 'web answered HTTP 404.', fix: 'Add a route.', at: '' } as const

describe('commands that look', () => {
  test('ls draws a table, names only, or the document', async () => {
    const failed = { revision: 3, state: 'FAILED' as const, createdAt: '', settledAt: '', failure }
    const deployments = [
      aDeployment(),
      aDeployment({ name: 'shop', live: 2, open: 2, latest: failed }),
      aDeployment({ name: 'tool-clock', kind: 'tool', wanted: 'stopped', live: 2, open: null, latest: failed, urls: [] }),
    ]
    await using stub = await aStub({ 'GET /deployments': () => ({ deployments }) })

    const [drawn, names, document] = await Promise.all([stub.torii('ls'), stub.torii('ls', '-q'), stub.torii('ls', '--json')])

    expect(drawn.stdout.split('\n').map((line) => line.replace(/\d+ (s|min|h|days?)\b/, 'AGO').replace(/ +/g, ' '))).toEqual([
      'NAME KIND STATE REVISION AGE URL',
      'hello-app app DEPLOYED 1 AGO https://localhost:8443/runtime/apps/6f/',
      'shop app FAILED 3 (2 serves) AGO https://localhost:8443/runtime/apps/6f/',
      'tool-clock tool FAILED, stopped 3 AGO',
    ])
    expect(names.stdout).toBe('hello-app\nshop\ntool-clock')
    expect(JSON.parse(document.stdout)).toEqual({ deployments })
  })

  test('a broken pipe is no error', async () => {
    const deployments = Array.from({ length: 20_000 }, (_, at) => aDeployment({ name: `app-${at}` }))
    await using stub = await aStub({ 'GET /deployments': () => ({ deployments }) })
    const running = stub.torii('ls', '-q')
    running.stdout.once('data', () => running.stdout.destroy())

    const { stderr, exitCode } = await running

    expect([stderr, exitCode]).toEqual(['', 0])
  })

  test('status, events and explain show the newest revision', async () => {
    const view = aView({
      state: 'FAILED',
      failure,
      probe: [
        {
          route: 'path',
          url: 'https://x/',
          verdict: 'failed',
          attemptsTotal: 60,
          attempts: [
            {
              at: '2026-11-24T12:00:01.000Z',
              ms: 4,
              hop: 'app',
              status: 404,
              failed: null,
              detail: '',
              phases: { dns: 1, tcp: 1, tls: 1, firstByte: 1 },
              mark: null,
            },
          ],
        },
      ],
    })
    const stored = [anEvent(7, 0, { type: 'state', state: 'PULLING_IMAGES' }), anEvent(9, 1_000, { type: 'state', state: 'FAILED', failure })]
    await using stub = await aStub({
      'GET /deployments/hello-app': () => aDeployment({ latest: { revision: 1, state: 'FAILED', createdAt: '', settledAt: '', failure } }),
      [`GET /deployments/${id}/revisions/1`]: () => view,
      'GET /deployments/hello-app/revisions/latest': () => view,
      'GET /events': ({ url }) => ({ events: stored.filter((event) => event.id > Number(url.searchParams.get('after'))).slice(0, 1) }),
    })

    const [status, events, explain] = await Promise.all(['status', 'events', 'explain'].map((command) => stub.torii(command, 'hello-app')))

    expect(status?.stdout).toContain('hello-app · revision 1 · app · FAILED\n  web answered HTTP 404.')
    expect(events?.stdout.split('\n')).toEqual(['12:00:00.000  r1  PULLING_IMAGES', '12:00:01.000  r1  FAILED: web answered HTTP 404.'])
    expect(explain?.stdout).toContain(
      'fix: Add a route.\nreason: app_status\n\nanswers through the proxy\n  https://x/, the last 1 of 60:\n    12:00:01.000  HTTP 404 from the app after 0.0 s',
    )
    expect([status?.exitCode, events?.exitCode, explain?.exitCode]).toEqual([0, 0, 0])
  })

  test.each([
    ['serves on', 1, '  revision 1 serves.'],
    ['made room: nothing is said to serve', null, ''],
  ])('status of an update whose live revision %s', async (_, open, words) => {
    await using stub = await aStub({
      'GET /deployments/hello-app': () => aDeployment({ open, latest: { revision: 2, state: 'REQUESTED', createdAt: '', settledAt: null, failure: null } }),
      [`GET /deployments/${id}/revisions/2`]: () => aView({ revision: 2, state: 'REQUESTED' }),
    })

    const { stdout } = await stub.torii('status', 'hello-app')

    expect(stdout.split('\n').find((line) => line.includes('serves')) ?? '').toBe(words)
  })

  test('events --follow is left with Ctrl-C', async () => {
    await using stub = await aStub({
      'GET /deployments/hello-app': () => aDeployment(),
      'GET /events': (_, response) => sendEvents(response, [anEvent(1, 0, { type: 'notice', text: 'here' })]),
    })
    const running = stub.torii('events', 'hello-app', '--follow', '--json')
    for await (const line of running) if (line.includes('here')) running.kill('SIGINT')

    const { stdout, exitCode } = await running

    expect(JSON.parse(stdout)).toMatchObject({ id: 1, event: { text: 'here' } })
    expect(exitCode).toBe(0)
  })

  test('logs cannot steer the terminal, in any form', async () => {
    const line = { service: 'web', replica: 2, stream: 'stdout', text: 'a\x1b]0;owned\x07b\x9b31m\u202e' }
    await using stub = await aStub({ 'GET /deployments/x/logs': (_, response) => void response.end(`${JSON.stringify(line)}\n`) })

    const [drawn, document] = await Promise.all([stub.torii('logs', 'x', 'web', '--tail', '5'), stub.torii('logs', 'x', '--json')])

    expect(drawn.stdout).toBe('web/2 | ab')
    expect(document.stdout).toMatch(/^[\x20-\x7e]*$/)
    expect(JSON.parse(document.stdout)).toEqual(line)
  })

  test('open prints the address', async () => {
    await using stub = await aStub({ 'GET /deployments/x': () => aDeployment(), 'GET /deployments/tool': () => aDeployment({ urls: [] }) })

    const [app, tool] = await Promise.all([stub.torii('open', 'x', '--print'), stub.torii('open', 'tool')])

    expect([app.stdout, app.exitCode]).toEqual(['https://localhost:8443/runtime/apps/6f/', 0])
    expect([tool.stderr.split('\n')[0], tool.exitCode]).toEqual(['torii: tool has no URL.', 6])
  })

  test('a name that is not there is said in a sentence, and as a document', async () => {
    await using stub = await aStub({})

    const { stdout, stderr, exitCode } = await stub.torii('status', '../x', '--json')

    expect(stderr).toBe('torii: There is no GET /deployments/..%2Fx.\n  fix: `torii ls` lists what there is.')
    expect(JSON.parse(stdout)).toMatchObject({ failure: { reason: 'not_found' } })
    expect(exitCode).toBe(8)
  })
})

describe('commands that change', () => {
  test('rm asks a person, and refuses where there is none', async () => {
    await using stub = await aStub({
      'GET /deployments/x': () => aDeployment(),
      'DELETE /deployments/x': ({ url }) => ({
        name: 'x',
        volumesKept: [],
        volumesRemoved: url.searchParams.get('volumes') === 'true' ? ['torii-1_data'] : [],
      }),
    })

    const refused = await stub.torii('rm', 'x')
    const removed = await stub.torii('rm', 'x', '--volumes', '--yes', '--json')

    expect([refused.exitCode, refused.stderr]).toEqual([2, 'torii: There is nobody to ask whether to remove it.\n  fix: Add --yes.'])
    expect(JSON.parse(removed.stdout)).toEqual({ name: 'x', volumesKept: [], volumesRemoved: ['torii-1_data'] })
    expect(stub.asked).toEqual(['GET /deployments/x', 'DELETE /deployments/x'])
  })

  test('the question says what will be gone', () => {
    expect(question(aDeployment(), false)).toBe(
      'The containers and networks of hello-app will be removed, and https://localhost:8443/runtime/apps/6f/ will no longer answer. Its volumes will be kept. Remove it?',
    )
    expect(question(aDeployment({ urls: [] }), true)).toContain('Its volumes and all data in them will be deleted.')
    expect(question(aDeployment({ urls: [] }), false, false)).toBe('The containers and networks of hello-app will be removed. Remove it?')
  })

  test('start ends with the exit code of what was seen, stop with 0', async () => {
    await using stub = await aStub({
      'POST /deployments/x/start': () => ({ deployment: aDeployment(), failure }),
      'POST /deployments/x/stop': () => aDeployment({ wanted: 'stopped' }),
    })

    const [started, stopped] = await Promise.all([stub.torii('start', 'x'), stub.torii('stop', 'x')])

    expect([started.exitCode, started.stdout]).toEqual([6, ''])
    expect(started.stderr).toContain('hello-app runs again, but: web answered HTTP 404.\n  fix: Add a route.')
    expect(stopped.exitCode).toBe(0)
    expect(stopped.stderr).toMatch(/^Stopping x: .*\nhello-app is stopped; `torii start hello-app` starts it again\.$/)
  })
})

describe('the call itself', () => {
  test.each<[string[], string]>([
    [['deploy'], "missing required argument 'path'"],
    [['deploy', '.', '--port', '99999'], 'It must be a port between 1 and 65535.'],
    [['logs', 'x', '--tail', '-1'], 'It must be a number of lines.'],
    [['lss'], '(Did you mean ls?)'],
    [['ls', '--nope'], "unknown option '--nope'"],
    [['ls', 'x', 'y'], 'too many arguments'],
    [['completion', 'tcsh'], 'Allowed choices are bash, zsh, fish.'],
  ])('%j is a usage error without a stack', async (args, words) => {
    await using stub = await aStub({})

    const { stdout, stderr, exitCode } = await stub.torii(...args)

    expect(stderr).toContain(words)
    expect(stderr).not.toMatch(/^\s+at /m)
    expect([stdout, exitCode]).toEqual(['', 2])
  })

  test('help and version answer without a server', async () => {
    await using stub = await aStub({})

    const answers = await Promise.all([[], ['--help'], ['deploy', '--help'], ['--version'], ['version', '--json']].map((args) => stub.torii(...args)))

    expect(answers.map(({ exitCode, stderr }) => [exitCode, stderr])).toEqual(answers.map(() => [0, '']))
    expect(stub.asked).toEqual([])
  })
})
