import { expect, test } from 'vitest'
import { ConfigError, readConfig } from '../../src/config.ts'

const bad: Record<string, string[]> = {
  TORII_HOME: ['torii', './torii', '../x', '~/torii'],
  TORII_API_PORT: ['0', '65536', '-1', '8480.5', 'http', '0x10', ' 80'],
  TORII_PROXY_API_PORT: ['x'],
  TORII_HTTPS_PORT: ['99999'],
  TORII_PORTS: ['61100', '61163-61100', '0-10', '1-65535', '61100-', 'a-b'],
  TORII_BIND: ['localhost', '127.0.0', '127.0.0.1:80', '[::1]', '*', 'torii.example.org'],
  TORII_PUBLIC_HOST: ['https://x', 'a b', 'a/b', 'a_b', '::1', '-x'],
  TORII_SUBNET_POOL: ['10.213.0.0', '10.213.0.0/27', '10.213.0.0/7', '10.256.0.0/16', 'fd00::/8'],
  TORII_PROBE_TLS: ['Insecure', 'insecure ', 'true', '0', 'verify'],
  TORII_PULL_TIMEOUT: ['0', '-1', '60s', 'abc', '86401'],
  TORII_UPLOAD_LIMIT: ['0', '256M'],
  TORII_UPLOAD_QUOTA: ['0', '-2'],
  TORII_MOUNT_LIMIT: ['0', '-1', '1.5', '1000000', '1G'],
  TORII_CONCURRENCY: ['0', '10000', '1.5'],
  TORII_LOG: ['loud', 'INFO', '30'],
  KAMIWAZA_EXTENSION_PROBE_TIMEOUT: ['0', 'abc', '-1', '60s', 'Infinity'],
  KAMIWAZA_EXTENSION_PROBE_INTERVAL: ['0', '1e3', '+1'],
}

test.each(Object.entries(bad).flatMap(([name, values]) => values.map((value) => [name, value])))('%s=%s is refused, and named', (name = '', value = '') => {
  const read = () => readConfig({ [name]: value })

  expect(read).toThrow(ConfigError)
  expect(read).toThrow(new RegExp(`^${name} must be .*but is "${value.replace(/[^\w]/g, '.')}"\\.$`))
})

test.each<[string, string, object]>([
  ['TORII_HOME', '/x', { home: '/x' }],
  ['TORII_BIND', '0.0.0.0', { bind: '0.0.0.0' }],
  ['TORII_BIND', '::', { bind: '::' }],
  ['TORII_PROBE_TLS', 'insecure', { probe: { timeout: 60_000, interval: 1_000, insecure: true } }],
  ['TORII_PROBE_TLS', '', { probe: { timeout: 60_000, interval: 1_000, insecure: false } }],
  ['TORII_MOUNT_LIMIT', '2', { mountLimit: 2 * 1024 ** 2 }],
  ['TORII_LOG', 'debug', { logLevel: 'debug' }],
  ['TORII_LOG', 'silent', { logLevel: 'silent' }],
  ['TORII_PORTS', '61100-61100', { ports: { first: 61_100, last: 61_100 } }],
  ['KAMIWAZA_EXTENSION_PROBE_TIMEOUT', '1.5', { probe: { timeout: 1_500, interval: 1_000, insecure: false } }],
])('%s=%s is taken', (name, value, part) => {
  expect(readConfig({ [name]: value })).toMatchObject(part)
})

test('what is empty is as good as unset', () => {
  expect(readConfig(Object.fromEntries(Object.keys(bad).map((name) => [name, ''])))).toEqual(readConfig({}))
})

test('what a sentence quotes steers no terminal', () => {
  expect(() => readConfig({ TORII_LOG: '\x1b[31mred' })).toThrow('but is "?[31mred".')
})

test.each([
  [{}, false],
  [{ TORII_POLICY: 'developer' }, false],
  [{ TORII_POLICY: 'strict' }, true],
  [{ TORII_POLICY: '/etc/torii/policy.yaml' }, true],
  [{ TORII_API_BIND: '10.0.0.7' }, true],
  [{ TORII_POLICY: 'strict', TORII_METADATA: 'open' }, false],
  [{ TORII_METADATA: 'blocked' }, true],
])('with %o cloud metadata is forbidden to containers: %s', (env, blocked) => {
  expect(readConfig(env).blockMetadata).toBe(blocked)
})
