import { existsSync, mkdtempSync, readFileSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { AuditEntry, TokenView } from '../../../src/server/contract-access.ts'
import { aStub, sendProblem } from './stub.ts'

const aToken = (change: Partial<TokenView> = {}): TokenView => ({
  ...{ id: '0123456789ab', name: 'ci', scope: 'deploy', names: ['team-a-*', 'x'], state: 'active', createdAt: '2026-01-01T00:00:00.000Z', createdBy: 'local' },
  ...{ expiresAt: null, revokedAt: null, lastUsedAt: null },
  ...change,
})

const anEntry = (id: number, change: Partial<AuditEntry> = {}): AuditEntry => ({
  ...{ id, at: '2026-01-01T12:00:00.000Z', who: 'ci', token: '0123456789ab', address: '10.0.0.7', action: 'rm', deployment: 'shop', detail: null },
  ...{ result: 'accepted', reason: null, missed: 0 },
  ...change,
})

describe('torii token', () => {
  test('create prints the token alone on stdout, and asks for what was said', async () => {
    let asked: unknown
    await using stub = await aStub({
      'POST /tokens': ({ body }) => {
        asked = body
        return { token: 'torii_x', made: aToken() }
      },
    })

    const created = await stub.torii('token', 'create', 'ci', '--scope', 'deploy', '--names', 'team-a-*', '--names', 'x', '--expires', '12h')

    expect(asked).toEqual({ name: 'ci', scope: 'deploy', names: ['team-a-*', 'x'], expiresIn: 43_200 })
    expect([created.stdout, created.exitCode]).toEqual(['torii_x', 0])
    expect(created.stderr).toContain('shown here once')
  })

  test('create writes it into a new file for its owner alone; where that cannot be made no token is', async () => {
    let made = 0
    await using stub = await aStub({
      'POST /tokens': () => {
        made += 1
        return { token: `torii_${made}`, made: aToken() }
      },
    })
    const file = join(mkdtempSync(join(tmpdir(), 'torii-out-')), 'token')

    const created = await stub.torii('token', 'create', 'ci', '--scope', 'deploy', '--out', file)
    const again = await stub.torii('token', 'create', 'ci', '--scope', 'deploy', '--out', file)

    expect([created.stdout, created.exitCode, readFileSync(file, 'utf8'), statSync(file).mode & 0o777]).toEqual(['', 0, 'torii_1\n', 0o600])
    expect([again.exitCode, made]).toEqual([2, 1])
  })

  test('create says its end in days', async () => {
    await using stub = await aStub({})

    expect((await stub.torii('token', 'create', '--help')).stdout).toContain('(default: 90d)')
  })

  test.each<[string, string[], number | null]>([
    ['ninety days where nothing is said', [], 90 * 86_400],
    ['for ever where that is said', ['--expires', 'never'], null],
  ])('create makes one for %s', async (_, options, expiresIn) => {
    let asked: unknown
    await using stub = await aStub({
      'POST /tokens': ({ body }) => {
        asked = body
        return { token: 'torii_x', made: aToken() }
      },
    })

    const { stdout } = await stub.torii('token', 'create', 'ci', '--scope', 'read', '--json', ...options)

    expect(asked).toEqual({ name: 'ci', scope: 'read', names: [], expiresIn })
    expect(JSON.parse(stdout)).toEqual({ token: 'torii_x', made: aToken() })
  })

  test.each([
    [['token', 'create', 'ci']],
    [['token', 'create', 'ci', '--scope', 'root']],
    [['token', 'create', 'ci', '--scope', 'read', '--expires', '30']],
    [['token', 'create', 'ci', '--scope', 'read', '--expires', '0d']],
    [['audit', '--since', 'yesterday']],
    [['audit', '--name', 'A b']],
  ])('%j is a wrong call, and asks nobody', async (args) => {
    await using stub = await aStub({})

    expect((await stub.torii(...args)).exitCode).toBe(2)
    expect(stub.asked).toEqual([])
  })

  test('ls shows what each may do, when it ends and when it was used, and revoked ones only when asked', async () => {
    const tokens = [
      aToken({ lastUsedAt: '2026-01-01T00:00:00.000Z' }),
      aToken({ name: 'old', names: [], scope: 'admin', state: 'expired', expiresAt: '2026-01-01T00:00:00.000Z' }),
      aToken({ name: 'gone', state: 'revoked' }),
    ]
    await using stub = await aStub({ 'GET /tokens': () => ({ tokens }) })

    const [drawn, all] = await Promise.all([stub.torii('token', 'ls'), stub.torii('token', 'ls', '--all', '--json')])

    const lines = drawn.stdout.split('\n').map((line) => line.replaceAll(/\d+ days/g, 'LONG').replaceAll(/ +/g, ' '))
    expect(lines).toEqual([
      'NAME ID SCOPE DEPLOYMENTS STATE EXPIRES LAST USED',
      'ci 0123456789ab deploy team-a-* x active never LONG ago',
      'old 0123456789ab admin all expired LONG ago never',
    ])
    expect(JSON.parse(all.stdout)).toEqual({ tokens })
  })

  test('revoke says so, and what there is not', async () => {
    await using stub = await aStub({
      'DELETE /tokens/ci': () => aToken({ state: 'revoked' }),
      'DELETE /tokens/nobody': (_, response) => sendProblem(response, 404, { reason: 'not_found', sentence: 'There is no such token.', fix: 'x' }),
    })

    const [done, none] = [await stub.torii('token', 'revoke', 'ci'), await stub.torii('token', 'revoke', 'nobody')]

    expect([done.exitCode, done.stderr]).toEqual([0, 'The token ci opens nothing any more; what it followed has ended.'])
    expect([none.exitCode, none.stderr]).toEqual([8, expect.stringContaining('There is no such token.')])
  })
})

describe('torii audit', () => {
  const entries = [anEntry(1), anEntry(2, { who: null, result: 'refused', reason: 'unauthorized', missed: 7 }), anEntry(3, { detail: 'with its volumes' })]
  const answers = (filters: unknown[] = []) => ({
    'GET /audit': ({ url }: { url: URL }) => {
      filters.push(Object.fromEntries(url.searchParams))
      return { entries: entries.filter(({ id }) => id > Number(url.searchParams.get('after'))).slice(0, 2) }
    },
  })

  test('draws all pages, oldest first, of the last day', async () => {
    const filters: Record<string, string>[] = []
    await using stub = await aStub(answers(filters))

    const { stdout } = await stub.torii('audit', '--name', 'shop')

    expect(stdout.split('\n').map((line) => line.replaceAll(/ +/g, ' '))).toEqual([
      'WHEN WHO FROM WHAT DEPLOYMENT RESULT',
      '2026-01-01T12:00:00Z ci 10.0.0.7 rm shop accepted',
      '2026-01-01T12:00:00Z ? 10.0.0.7 rm shop refused: unauthorized (7 refused attempts before it not written down)',
      '2026-01-01T12:00:00Z ci 10.0.0.7 rm shop accepted with its volumes',
    ])
    expect(filters.map(({ after, name }) => [after, name])).toEqual([
      ['0', 'shop'],
      ['2', 'shop'],
      ['3', 'shop'],
    ])
    const hours = (Date.now() - Date.parse(filters[0]?.['since'] ?? '')) / 3_600_000
    expect(Math.round(hours)).toBe(24)
  })

  test('exports everything as JSON lines into a new file for its owner alone', async () => {
    const filters: Record<string, string>[] = []
    await using stub = await aStub(answers(filters))
    const file = join(stub.home, 'audit.jsonl')

    const first = await stub.torii('audit', '--export', file)
    const second = await stub.torii('audit', '--export', file)

    const lines = readFileSync(file, 'utf8').trimEnd().split('\n')
    expect(lines.map((line) => JSON.parse(line))).toEqual(entries)
    expect(filters[0]).toEqual({ after: '0' })
    expect([first.exitCode, statSync(file).mode & 0o777]).toEqual([0, 0o600])
    expect([second.exitCode, existsSync(file)]).toEqual([2, true])
  })

  test('prints one document', async () => {
    await using stub = await aStub(answers())

    expect(JSON.parse((await stub.torii('audit', '--since', '7d', '--json')).stdout)).toEqual({ entries })
  })
})
