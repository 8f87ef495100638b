import { expect, test } from 'vitest'
import { suggestionText } from '../../../src/cli/suggestion-text.ts'
import type { Container, Knock } from '../../../src/deploy/ports.ts'
import type { Suggestion } from '../../../src/deploy/suggestion.ts'
import type { Bench } from '../../../src/suggest/bench.ts'
import { tryChecks } from '../../../src/suggest/try-checks.ts'
import { createFakeClock } from '../../fakes/clock.ts'
import { aContainer, anExited, aPlannedService, guidesCheck, stamp } from '../deploy/makers.ts'

interface Image {
  /** What each program answers; others are not there. */
  programs?: Record<string, { exit: number | null; output?: string }>
  listens?: { address: string; port: number }[]
  /** Status by path from outside; absent: nothing is heard. */
  http?: Record<string, number>
  container?: Container
  check?: typeof guidesCheck | null
  /** Routed; null: it is not. */
  port?: number | null
}

async function suggestionFor({
  programs = {},
  listens = [{ address: '0.0.0.0', port: 8000 }],
  http,
  container = aContainer(),
  check = null,
  port = 8000,
}: Image): Promise<Suggestion> {
  const bench: Bench = {
    run: async (_, [program = '']) => ({ exit: 127, output: '', ...programs[program] }),
    listening: async () => listens,
    tags: async () => [],
  }
  const knock = async ({ path }: { path: string | null }): Promise<Knock> => {
    const status = path === null ? null : (http?.[path] ?? (http ? 404 : null))
    const good = path === null || (status !== null && status < 400)
    return { at: stamp, ms: 3, exit: good ? 0 : 1, output: '', status, body: '' }
  }
  const engine = { container: async () => container, knock }
  const planned = aPlannedService({ check })
  return tryChecks({ planned, container, port }, 'throw_away_container', { engine, bench, clock: createFakeClock() }, new AbortController().signal)
}

test('the first program that is there and ends with 0 is suggested, at the path that answers', async () => {
  const suggestion = await suggestionFor({ programs: { python3: { exit: 0 } }, http: { '/healthz': 200 } })

  expect(suggestion.tries.map(({ tool, exit }) => [tool, exit])).toEqual([
    ['curl', 127],
    ['wget', 127],
    ['python3 (urllib)', 0],
  ])
  expect(suggestion.works?.test.join(' ')).toContain('http://127.0.0.1:8000/healthz')
  expect(suggestionText(suggestion).join('\n')).toMatch(/python3 \(urllib\): tried, exit 0 in \d+ ms/)
})

test('a program that is there and fails is told with its words, and never suggested', async () => {
  const suggestion = await suggestionFor({ programs: { curl: { exit: 22, output: 'curl: (22) 500\u001b[2J' }, node: { exit: 0 } }, http: { '/': 200 } })

  expect(suggestion.works?.tool).toBe('node')
  const text = suggestionText(suggestion).join('\n')
  expect(text).toMatch(/curl: tried, exit 22 in \d+ ms: curl: \(22\) 500\n/)
  expect(text).not.toContain('HEALTHCHECK --interval=10s --timeout=5s --start-period=30s --retries=3 \\\n    CMD ["curl"')
})

test('without any tool a check of ours is suggested, as it was tried from outside', async () => {
  const suggestion = await suggestionFor({ http: { '/health': 200 } })

  expect(suggestion).toMatchObject({
    works: null,
    dockerfile: null,
    compose: null,
    outside: { status: 200, xTorii: expect.stringContaining('{http: /health, port: 8000}') },
  })
})

test('what speaks no HTTP is asked for a connection, by its own program first', async () => {
  const suggestion = await suggestionFor({ programs: { pg_isready: { exit: 0 }, nc: { exit: 0 } }, listens: [{ address: '0.0.0.0', port: 5432 }] })

  expect(suggestion.works?.test).toEqual(['CMD', 'pg_isready', '-q', '-h', '127.0.0.1', '-p', '5432'])
})

test('one that ended, or listens on nothing, gets no suggestion but the reason', async () => {
  const ended = await suggestionFor({ container: anExited(1), programs: { curl: { exit: 0 } } })
  const deaf = await suggestionFor({ listens: [], programs: { curl: { exit: 0 } } })

  expect(ended).toMatchObject({ where: null, works: null, tries: [], note: 'nothing was tried: it did not stay up (exited, exit code 1)' })
  expect(deaf).toMatchObject({ works: null, needsNone: false, note: expect.stringContaining('it listens on no tcp port after 20 s') })
})

test('a worker that listens on nothing needs none', async () => {
  const worker = await suggestionFor({ listens: [], port: null })

  expect(worker).toMatchObject({ works: null, needsNone: true, note: expect.stringContaining('a worker needs no HEALTHCHECK') })
})

test('what works is told once, also when it came over the wire', async () => {
  const suggestion = JSON.parse(JSON.stringify(await suggestionFor({ programs: { python3: { exit: 0 } }, http: { '/': 200 } }))) as Suggestion

  expect(suggestionText(suggestion).filter((line) => line.includes('python3 (urllib)'))).toHaveLength(1)
})

test('a check that it has already is tried first', async () => {
  const suggestion = await suggestionFor({ check: guidesCheck, programs: { check: { exit: 0 }, curl: { exit: 0 } } })

  expect(suggestion).toMatchObject({ works: { tool: 'its own', exit: 0 }, note: 'it has this HEALTHCHECK already' })
  expect(suggestionText(suggestion).join('\n')).not.toContain('interval')
})

test('what listens on its loopback alone is asked from inside', async () => {
  const suggestion = await suggestionFor({ listens: [{ address: '127.0.0.1', port: 8000 }], programs: { wget: { exit: 0 } } })

  expect(suggestion.works?.test).toContain('http://127.0.0.1:8000/health')
})
