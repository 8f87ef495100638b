import { join } from 'node:path'
import { expect } from 'vitest'
import { expectFailure } from '../expect-failure.ts'
import { inAWorld } from '../scenario.ts'

const test = inAWorld({ env: () => ({ KAMIWAZA_EXTENSION_PROBE_TIMEOUT: '1.5', KAMIWAZA_EXTENSION_PROBE_INTERVAL: '0.5' }) })
const app = join(import.meta.dirname, 'app')

test.concurrent.for(['204 No Content', '302 Found', '399 Odd'])(
  'an app that answers %s is DEPLOYED, and nobody follows where it points',
  async (status, { world }) => {
    const { exit, document } = await world.deploy(app, { name: `answers-${status.slice(0, 3)}`, env: { STATUS: status } })

    expect(exit, document.failure?.sentence).toBe(0)
    for (const { attempts } of document.probe) expect(attempts.at(-1)).toMatchObject({ hop: 'app', status: Number(status.slice(0, 3)) })
  },
)

test.concurrent.for([
  ['400 Bad Request', 'app_status', /web answered 400 on \//],
  ['404 Not Found', 'app_status', /web answered 404 on \//],
  ['500 Oops', 'app_error', /HTTP 500 on \//],
  ['502 Bad Gateway', 'app_error', /HTTP 502 on \//],
  ['503 Not Now', 'app_error', /HTTP 503 on \//],
] as const)('one that answers %s is %s, also in the words that the proxy itself would use', async ([status, reason, says], { world }) => {
  const deployed = await world.deploy(app, { name: `answers-${status.slice(0, 3)}`, env: { STATUS: status } })

  expectFailure(deployed, { exit: 6, reason, service: 'web', says })
  for (const { attempts } of deployed.document.probe) expect(attempts.at(-1)).toMatchObject({ hop: 'app', status: Number(status.slice(0, 3)) })
})
