import { createServer } from 'node:net'
import { expect, test } from 'vitest'
import { DeployError, failureOf } from '../../../src/deploy/failure.ts'
import { listen } from '../../../src/server/listen.ts'
import { freePort } from './a-server.ts'
import { anApp } from './an-app.ts'

test('a port that is taken is named, and so is the way out', async () => {
  const taken = createServer().listen(0, '127.0.0.1')
  await new Promise((resolve) => taken.once('listening', resolve))
  const { port } = taken.address() as { port: number }

  const error = await listen(anApp().app, { apiHost: '127.0.0.1', apiPort: port }).catch((error: unknown) => error)
  taken.close()

  expect(error).toBeInstanceOf(DeployError)
  expect(failureOf((error as DeployError).trouble, 0)).toMatchObject({
    reason: 'port_in_use',
    sentence: `A port is already in use: something else listens on 127.0.0.1:${port}.`,
    fix: expect.stringContaining('TORII_API_PORT'),
  })
})

test('the address it listens on is answered', async () => {
  const { app } = anApp()
  const apiPort = await freePort()

  const address = await listen(app, { apiHost: '127.0.0.1', apiPort })
  await app.close()

  expect(address).toBe(`http://127.0.0.1:${apiPort}`)
})
