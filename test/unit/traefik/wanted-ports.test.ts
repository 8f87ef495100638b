import { createServer } from 'node:net'
import { expect, test } from 'vitest'
import { ConfigError } from '../../../src/config.ts'
import { portRange, refuseLowPorts, wantedPorts } from '../../../src/traefik/wanted-ports.ts'
import { close, freeRun, listening } from '../../contract/proxy-world.ts'

const settings = { bind: '127.0.0.1', httpsPort: 8443, proxyApiPort: 8481, apiPort: 8480, ports: { first: 8479, last: 8482 } }

test('Torii’s own ports are no routes’ ports', () => {
  expect(portRange(settings)).toEqual([8479, 8482])
})

test('a busy port is left out, one that our own proxy holds is not', async () => {
  const first = await freeRun(5)
  const config = { ...settings, httpsPort: first, proxyApiPort: first + 1, ports: { first: first + 2, last: first + 4 } }
  const servers = [createServer(), createServer()] as const
  await Promise.all(servers.map((server, i) => listening(server, first + 2 + i)))

  const ports = await wantedPorts(config, [first + 3])
  await Promise.all(servers.map(close))

  expect(ports).toEqual({ all: [first + 2, first + 3, first + 4], free: [first + 3, first + 4], busy: [first + 2] })
})

test('an address that is not this machine’s is named by its setting', async () => {
  const refused = wantedPorts({ ...settings, bind: '192.0.2.1' }, [])

  await expect(refused).rejects.toThrow(new ConfigError('TORII_BIND is 192.0.2.1, but this machine has no such address.'))
})

test('a low port is refused where the state folder is not root’s', () => {
  expect(() => refuseLowPorts({ ...settings, httpsPort: 443 }, { uid: 1000, gid: 1000 })).toThrow(
    /^TORII_HTTPS_PORT is 443, but a port below 1024 needs .* root/,
  )
  expect(() => refuseLowPorts(settings, { uid: 1000, gid: 1000 })).not.toThrow()
})
