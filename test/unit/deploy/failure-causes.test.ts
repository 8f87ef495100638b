import { expect, test } from 'vitest'
import { aWorld, deployed, told } from './a-world.ts'
import { aPlannedService, guidesCheck } from './makers.ts'

const noCurl = 'OCI runtime exec failed: exec failed: unable to start container process: exec: "curl": executable file not found in $PATH: unknown'

const extensionOf = (does: object, check: typeof guidesCheck | null = guidesCheck) => ({
  '/hello': { services: { web: { ...aPlannedService({ check }), does } } },
})

test('a check whose program is nowhere in $PATH fails the revision at its first attempt', async () => {
  const world = aWorld({
    extensions: extensionOf(
      { health: [[0, 'starting']], probes: [[100, -1, noCurl]], command: ['node', 'app.js'] },
      { ...guidesCheck, test: ['CMD', 'curl', '-f', 'http://localhost:8000/health'] },
    ),
  })
  const revision = await deployed(world, '/hello')

  expect(revision.failure).toMatchObject({ reason: 'health_tool_missing', service: 'web', causes: [{ id: 'check-program-missing', tellsApart: null }] })
  expect(revision.failure?.fix).toMatch(/"node", "-e"/)
  expect(Date.parse(revision.settledAt ?? '') - Date.parse(revision.createdAt)).toBeLessThan(1000)
})

test('a program that an entrypoint brings while it starts is waited for: the revision is DEPLOYED', async () => {
  const health: [number, 'starting' | 'healthy'][] = [
    [0, 'starting'],
    [9000, 'healthy'],
  ]
  const does = { health, probes: [[100, -1, noCurl]], command: ['/entrypoint.sh', 'node', 'app.js'] }
  const world = aWorld({ extensions: extensionOf(does, { ...guidesCheck, test: ['CMD', 'curl', '-f', 'http://localhost:8000/health'] }) })

  expect((await deployed(world, '/hello')).state).toBe('DEPLOYED')
})

test('where the proxy is away, the app is asked without it, and what it answers is said', async () => {
  const world = aWorld({
    extensions: extensionOf({}, null),
    proxy: {
      presence: [
        [0, 'up'],
        [5, 'down'],
      ],
    },
  })
  const revision = await deployed(world, '/hello')

  expect(revision.failure).toMatchObject({ reason: 'proxy_unreachable', causes: [{ id: 'proxy-away', tellsApart: null }] })
  expect(revision.failure?.sentence).toMatch(/the proxy does not run, while the app itself answers 200/)
})

test('a failure says what worked, and is told with its causes', async () => {
  const world = aWorld({ extensions: { '/hello': { ...extensionOf({})['/hello'], app: [[0, { hop: 'app', status: 404 }]] } } })
  const revision = await deployed(world, '/hello')
  const last = (await told(world, 'state')).at(-1)

  expect(revision.failure).toMatchObject({ reason: 'app_status', causes: [{ id: 'root-not-found' }] })
  expect(revision.failure?.passed).toEqual(expect.arrayContaining(['TLS works', 'routing works']))
  expect(last?.event.failure).toEqual(revision.failure)
})

test('what evidence cannot have in time is left out and said, and FAILED does not wait for it', async () => {
  const never = () => new Promise<never>(() => {})
  const world = aWorld({
    extensions: extensionOf({
      health: [
        [0, 'starting'],
        [100, 'unhealthy'],
      ],
    }),
    through: (ports) => ({ ...ports, engine: { ...ports.engine, facts: never, host: never, processes: never, logTail: ports.engine.logTail } }),
  })
  const revision = await deployed(world, '/hello')
  const evidence = await world.store.evidence(revision)

  expect(evidence?.missing).toEqual(
    expect.arrayContaining([expect.stringMatching(/^settings of web\/1: not there within 0\.1\d? s|^settings of web\/1: not there within 0\.2 s/)]),
  )
  expect(Date.parse(revision.settledAt ?? '') - Date.parse(revision.createdAt)).toBeLessThan(100 + 250)
})

test('what is printed never reaches the record raw: secrets, escapes, bidi and lengths', async () => {
  const secret = 'hunter2hunter2'
  const nasty = `\u001b]0;owned\u0007\u202e${secret} ${'x'.repeat(100_000)}`
  const world = aWorld({
    extensions: extensionOf({
      ...{
        health: [
          [0, 'starting'],
          [500, 'unhealthy'],
        ],
        probes: [[300, 1, nasty]],
        logs: [nasty, `password=${secret}`],
        secrets: { DB_PASSWORD: secret },
      },
      ...{ command: ['app', `--token=${secret}`], processes: [`app --token=${secret} \u001b[2J`], facts: { settings: { HOST: `\u001b[31m${secret}` } } },
    }),
  })
  const revision = await deployed(world, '/hello')
  const kept = JSON.stringify([await world.store.evidence(revision), await world.store.attempts(revision), await world.store.events({}), revision.failure])

  expect(kept).not.toContain(secret)
  expect(kept).not.toMatch(/\\u001b|\\u0007|\u202e/)
  expect(kept.length).toBeLessThan(120_000)
})
