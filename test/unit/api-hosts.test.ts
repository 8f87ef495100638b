import { expect, test } from 'vitest'
import { certifiedHosts, hostsOf, secureAddress } from '../../src/api-hosts.ts'
import { readConfig } from '../../src/config.ts'

test.each<[string, Record<string, string>, string[], string[], string | null]>([
  ['nowhere beyond loopback', {}, [], [], null],
  ['an address', { TORII_API_BIND: '10.0.0.7' }, ['10.0.0.7:8482'], ['10.0.0.7'], 'https://10.0.0.7:8482'],
  ['an IPv6 address', { TORII_API_BIND: 'fd00::7' }, ['[fd00::7]:8482'], ['fd00::7'], 'https://[fd00::7]:8482'],
  [
    'every address, under a name',
    { TORII_API_BIND: '0.0.0.0', TORII_API_HOSTS: 'Torii.example.org', TORII_API_TLS_PORT: '9000' },
    ['torii.example.org', 'torii.example.org:9000'],
    ['torii.example.org'],
    'https://torii.example.org:9000',
  ],
  [
    'names of which one has a port',
    { TORII_API_BIND: '10.0.0.7', TORII_API_HOSTS: 'torii.example.org:443,[fd00::7]' },
    ['torii.example.org:443', '[fd00::7]', '[fd00::7]:8482', '10.0.0.7:8482'],
    ['torii.example.org', 'fd00::7', '10.0.0.7'],
    'https://torii.example.org:443',
  ],
])('%s: what it answers to, what its certificate is for, and where it is', (_, env, hosts, certified, address) => {
  const config = readConfig(env)

  expect(hostsOf(config)).toEqual(hosts)
  expect(certifiedHosts(config)).toEqual([...certified, 'localhost', '127.0.0.1', '::1'])
  expect(secureAddress(config)).toBe(address)
})

test.each([
  [{ TORII_API_BIND: '0.0.0.0' }, 'TORII_API_BIND=0.0.0.0 needs TORII_API_HOSTS'],
  [{ TORII_API_BIND: '::' }, 'TORII_API_BIND=:: needs TORII_API_HOSTS'],
  [{ TORII_API_BIND: '10.0.0.7', TORII_API_CERT: '/x.pem' }, 'TORII_API_CERT and TORII_API_KEY belong together'],
  [{ TORII_API_KEY: '/x.pem' }, 'TORII_API_CERT and TORII_API_KEY belong together'],
])('%j is refused with what to do', (env, sentence) => {
  expect(() => readConfig(env)).toThrow(sentence)
})
