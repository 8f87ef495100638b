import { describe, expect, test } from 'vitest'
import type { Case } from '../../../../src/deploy/causes/case.ts'
import { causeRules } from '../../../../src/deploy/causes/rules.ts'
import { aCase, type Told } from './a-case.ts'
import { healthOutputs, unrelatedLogs } from './unrelated-texts.ts'

const others = ['db', 'worker', 'cache', 'api'].map((name) => ({ name }))
const certain = (seen: Case) => causeRules.filter(({ find }) => find(seen)?.sure).map(({ id }) => id)
const check = 'wget -q -O /dev/null http://localhost:8000/health || exit 1'
/** Both sides of every login differ, so that any word of one could be taken for its cause. */
const model = `services:
  web:
    build: {context: /x}
    environment: {DATABASE_URL: "postgres://app:left-7@db:5432/shop", REDIS_URL: "redis://cache:6379", OTHER_URL: "postgres://a:b@c@db/x"}
    volumes: [{type: bind, source: /x, target: /app}]
  db: {environment: {POSTGRES_USER: shop, POSTGRES_PASSWORD: right-8}}
  cache: {command: [redis-server, --requirepass, x]}
`
const goingOn = ['received one more request', 'draining', 'closed']

describe.each(Object.entries(unrelatedLogs))('%s: what sounds like a cause and is none is never certain', (_, logs) => {
  const unrelated = (told: Told, allowed: string[] = []) => {
    const ids = certain(aCase({ others, model, ...told, seen: { logs, ...told.seen } }))
    expect(ids.filter((id) => !allowed.includes(id))).toEqual([])
  }

  test.each(['container_unhealthy', 'health_timeout'] as const)('of a check that failed: %s', (reason) => {
    unrelated({ reason, check, attempts: [[1, '']] })
    unrelated({ reason, check, attempts: [[7, 'curl: (7) Failed to connect to localhost:8000: Connection refused']], sockets: ['0.0.0.0:8000'] })
  })

  test.each(['container_exited', 'crash_loop', 'dependency_failed'] as const)('of one that went on and ended later: %s', (reason) => {
    unrelated({ reason, check: null, seen: { logs: [logs, ...goingOn].join('\n'), state: 'exited', exitCode: 1 } })
  })

  test.each([137, 143])('of one that was ended from outside: exit code %i', (exitCode) => {
    unrelated({ reason: 'container_exited', check: null, seen: { state: 'exited', exitCode } })
  })

  test('of an app that answers badly', () => {
    unrelated({ reason: 'app_error', probes: [{ status: 500 }], asked: [{ status: 500 }], seen: { logs: [logs, ...goingOn].join('\n') } })
    unrelated({ reason: 'app_status', probes: [{ status: 400 }], asked: [{ status: 400 }] }, ['app-status'])
  })
})

test.each(healthOutputs)('a check that printed this leaves a doubt, but for what it says itself: %s', (_, exit, output, allowed) => {
  for (const reason of ['container_unhealthy', 'health_timeout'] as const)
    for (const sockets of [null, ['0.0.0.0:8000']]) expect(certain(aCase({ reason, check, others, attempts: [[exit, output]], sockets }))).toEqual(allowed)
})
