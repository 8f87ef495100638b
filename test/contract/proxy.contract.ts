import { randomBytes, randomUUID } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { pathPrefix } from '../../src/deploy/addresses.ts'
import type { Proxy as ProxyPort, Route } from '../../src/deploy/ports.ts'
import { markOf, type ProbeAttempt } from '../../src/deploy/record.ts'
import type { FakeAnswer } from '../fakes/proxy.ts'

/** What the suite runs on: the fake or the real thing. */
export interface ProxyWorld {
  proxy: ProxyPort
  /** Address of an app that answers like this. */
  app(answer: FakeAnswer): Promise<string>
  begin(): Promise<unknown>
  end(): Promise<void>
}

const never = new AbortController().signal

/** The same promises of every proxy. */
export function proxyContract(name: string, make: () => Promise<ProxyWorld>): void {
  describe(`the proxy (${name})`, () => {
    let world: ProxyWorld
    let proxy: ProxyPort
    let port: Route
    let path: Route

    beforeAll(async () => {
      world = await make()
      proxy = world.proxy
      await world.begin()
    }, 60_000)

    afterAll(() => world.end())

    beforeEach(async () => {
      const ref = { deployment: randomUUID(), revision: 1 }
      const to = [await world.app({ hop: 'app', status: 200 })]
      port = { ref, kind: 'port', port: proxy.ports()[0] as number, prefix: '', stripPrefix: false, to, candidate: null }
      path = { ...port, kind: 'path', port: proxy.httpsPort, prefix: pathPrefix('app', ref.deployment), stripPrefix: true }
    })

    const probe = (route: Route, timeoutMs = 5000) => proxy.probe({ url: proxy.url(route), candidate: route.candidate, timeoutMs }, never)

    /** Publishes, and looks until this is what requests meet. */
    const publish = async (routes: Route[], seen: (attempt: ProbeAttempt) => boolean, by: Route = routes[0] as Route) => {
      await proxy.publish(routes)
      let attempt = await probe(by)
      for (let looks = 0; !seen(attempt) && looks < 1000; looks++) attempt = await probe(by)
      return attempt
    }
    const marked = (route: Route) => (attempt: ProbeAttempt) => attempt.mark === markOf(route.ref)

    test('leads a port and a path to the app, and names the revision that answered', async () => {
      await publish([port, path], marked(port))

      const attempts = [await probe(port), await probe(path)]

      for (const attempt of attempts) {
        expect(attempt).toMatchObject({ hop: 'app', status: 200, detail: '', mark: markOf(port.ref) })
        expect(attempt.phases.firstByte).not.toBeNull()
      }
    })

    test('says that there is no route', async () => {
      const attempt = await publish([], (attempt) => attempt.mark === null, port)

      expect(attempt).toMatchObject({ hop: 'proxy', status: 404, mark: null, detail: 'HTTP 404 from the proxy: no route' })
      expect(await probe(path)).toMatchObject({ hop: 'proxy', status: 404, mark: null })
    })

    test('does not take one path for another that only begins like it', async () => {
      await publish([path], marked(path))

      const attempt = await proxy.probe({ url: proxy.url({ ...path, prefix: `${path.prefix}0` }), candidate: null, timeoutMs: 5000 }, never)

      expect(attempt).toMatchObject({ hop: 'proxy', status: 404, mark: null })
    })

    test.each(['starting', 'stopped'] as const)('answers 503 by itself while an app is %s', async (to) => {
      await publish(
        [
          { ...port, to },
          { ...path, to },
        ],
        marked(port),
      )

      for (const route of [port, path]) expect(await probe(route)).toMatchObject({ hop: 'proxy', status: 503, mark: markOf(port.ref) })
    })

    test('answers 503 by itself where a route has no address', async () => {
      const attempt = await publish([{ ...port, to: [] }], marked(port))

      expect(attempt).toMatchObject({ hop: 'proxy', status: 503 })
    })

    test('leads to a candidate only whoever knows its secret', async () => {
      const candidate = { ...port, ref: { ...port.ref, revision: 2 }, candidate: randomBytes(16).toString('hex') }
      await publish([candidate, port], marked(candidate))

      expect(await probe(port)).toMatchObject({ hop: 'app', mark: markOf(port.ref) })
      expect(await probe({ ...port, candidate: randomBytes(16).toString('hex') })).toMatchObject({ mark: markOf(port.ref) })
      expect(await probe(candidate)).toMatchObject({ hop: 'app', mark: markOf(candidate.ref) })
    })

    test('a candidate of a first deployment is hidden behind the starting page', async () => {
      const candidates = [port, path].map((route) => ({ ...route, candidate: randomBytes(16).toString('hex') }))
      const pages = [port, path].map((route) => ({ ...route, to: 'starting' as const }))
      await publish([...candidates, ...pages], marked(port))

      for (const route of candidates) expect(await probe(route)).toMatchObject({ hop: 'app', status: 200 })
      for (const route of pages) expect(await probe(route)).toMatchObject({ hop: 'proxy', status: 503 })
    })

    test('moves an address from one revision to the next without a gap', async () => {
      const next = { ...port, ref: { ...port.ref, revision: 2 }, to: [await world.app({ hop: 'app', status: 204 })] }
      await publish([port], marked(port))
      const statuses = new Set<number | null>()

      await publish([next], (attempt) => {
        statuses.add(attempt.status)
        return marked(next)(attempt)
      })

      expect([...statuses].filter((status) => status !== 200)).toEqual([204])
    })

    test('tells a backend that refuses from an app that answers', async () => {
      const refusing = { ...port, to: [await world.app({ hop: 'backend', status: 502 })] }

      const attempt = await publish([refusing], marked(refusing))

      expect(attempt).toMatchObject({ hop: 'backend', status: 502, mark: markOf(port.ref) })
    })

    test.each([400, 404, 500, 502, 503, 504])('knows that a %i is the app’s own', async (status) => {
      const failing = { ...port, to: [await world.app({ hop: 'app', status })] }

      const attempt = await publish([failing], marked(failing))

      expect(attempt).toMatchObject({ hop: 'app', status, detail: `HTTP ${status} from the app` })
    })

    test('shows where a redirect leads and does not follow it', async () => {
      const location = 'http://169.254.169.254/latest'
      const redirecting = { ...port, to: [await world.app({ hop: 'app', status: 302, location })] }

      const attempt = await publish([redirecting], marked(redirecting))

      expect(attempt).toMatchObject({ hop: 'app', status: 302, location, detail: '' })
    })

    test('gives up on an app that does not answer in time', async () => {
      const hanging = { ...path, to: [await world.app({ hop: 'none' })] }
      await publish([port, hanging], marked(port))

      const attempt = await probe(hanging, 100)

      expect(attempt).toMatchObject({ hop: 'none', status: null, mark: null, detail: 'no answer within 0.1 s' })
      expect(attempt.phases).toMatchObject({ tls: expect.any(Number), firstByte: null })
      expect(attempt.ms).toBeGreaterThanOrEqual(99)
    })

    test('rejects with the reason when the probe is called off', async () => {
      const hanging = { ...path, to: [await world.app({ hop: 'none' })] }
      await publish([port, hanging], marked(port))
      const off = new AbortController()

      const probing = proxy.probe({ url: proxy.url(hanging), candidate: null, timeoutMs: 5000 }, off.signal)
      off.abort(new Error('called off'))

      await expect(probing).rejects.toThrow('called off')
    })

    test('asks a backend past itself: what it answers, that it refuses, that it speaks TLS, that it says nothing', async () => {
      const location = 'https://elsewhere.test/'
      const ask = async (answer: FakeAnswer, timeoutMs = 5000) => proxy.direct(`${await world.app(answer)}/health`, timeoutMs, never)

      expect(await ask({ hop: 'app', status: 302, location })).toMatchObject({ status: 302, failed: null, detail: '', location, body: 'hello' })
      expect(await ask({ hop: 'backend', status: 502 })).toMatchObject({
        status: null,
        failed: 'refused',
        detail: 'connection refused',
        location: null,
        body: '',
      })
      const plain = await ask({ hop: 'app', status: 400 })
      expect(await ask({ hop: 'backend', status: 502, tls: true })).toMatchObject({ status: null, failed: 'closed', tls: true })
      expect(plain).toMatchObject({ status: 400 })
      expect(plain).not.toHaveProperty('tls')
      expect(await ask({ hop: 'none' }, 100)).toMatchObject({ status: null, failed: 'timeout', detail: 'no answer within 0.1 s' })
    })

    test('says of each route whether it has it, and where it leads', async () => {
      await publish([port], marked(port))

      const seen = await proxy.view([port, path])

      expect(seen).toEqual([
        { name: expect.any(String), status: 'enabled', errors: [], servers: port.to },
        { name: expect.any(String), status: 'absent', errors: [], servers: [] },
      ])
    })
  })
}
