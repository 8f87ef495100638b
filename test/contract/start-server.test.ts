import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { type AddressInfo, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { realClock } from '../../src/clock.ts'
import { readConfig } from '../../src/config.ts'
import { startServer } from '../../src/main.ts'
import { openStore } from '../../src/store/store.ts'

const before = process.listeners('uncaughtException')

afterEach(() => {
  for (const listener of process.listeners('uncaughtException')) if (!before.includes(listener)) process.off('uncaughtException', listener)
})

test('a control plane that cannot listen has let go of the record', async () => {
  const home = await mkdtemp(join(tmpdir(), 'torii-start-'))
  const other = createServer().listen(0, '127.0.0.1')
  await once(other, 'listening')
  const { port } = other.address() as AddressInfo
  const config = readConfig({ TORII_HOME: home, TORII_API_PORT: String(port), DOCKER_HOST: `unix://${join(home, 'none.sock')}`, TORII_LOG: 'silent' })

  await expect(startServer(config)).rejects.toMatchObject({ trouble: { reason: 'port_in_use' } })

  const record = await openStore({ file: join(home, 'torii.db'), pool: config.subnetPool, clock: realClock })
  expect(await record.deployments()).toEqual([])
  await record.close()
  other.close()
  await rm(home, { recursive: true })
})
