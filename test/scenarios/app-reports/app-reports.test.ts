import { join } from 'node:path'
import { expect } from 'vitest'
import { inAWorld } from '../scenario.ts'

const test = inAWorld()

test('what a deployed app reports is shown per check, and does not touch its state', async ({ world }) => {
  const { exit, document } = await world.deploy(join(import.meta.dirname, 'app'))
  expect(exit, document.failure?.sentence).toBe(0)

  const [drawn, json] = await Promise.all([world.torii('status', 'reports'), world.torii('status', 'reports', '--json')])

  expect(drawn.stdout).toContain('web reports healthy on /health: degraded (HTTP 200)\n    ✔ database: ok\n    ✘ mail: unreachable')
  expect(JSON.parse(json.stdout)).toMatchObject({
    latest: { state: 'DEPLOYED' },
    health: { health: 'degraded', status: 'healthy', checks: [{ name: 'database' }, { good: false }] },
  })

  await world.torii('stop', 'reports')
  expect(JSON.parse((await world.torii('status', 'reports', '--json')).stdout).health).toBe(null)
})
