import { expect, test } from 'vitest'
import { staticConfig } from '../../../src/traefik/static-config.ts'

const settings = { bind: '192.168.1.2', httpsPort: 443, proxyApiPort: 8481 }

test('public entrypoints are bound where asked, the internal one on loopback whatever is asked', () => {
  const args = staticConfig(settings, [61100, 61101])

  expect(args.filter((arg) => arg.includes('.address='))).toEqual([
    '--entrypoints.https.address=192.168.1.2:443',
    '--entrypoints.p61100.address=192.168.1.2:61100',
    '--entrypoints.p61101.address=192.168.1.2:61101',
    '--entrypoints.traefik.address=127.0.0.1:8481',
  ])
})

test('an IPv6 address is put in brackets', () => {
  expect(staticConfig({ ...settings, bind: '::' }, [])).toContain('--entrypoints.https.address=[::]:443')
})

test('routes come from our file alone, and no client is trusted', () => {
  const args = staticConfig(settings, [61100]).join(' ')

  expect(args).toContain('--providers.file.directory=/torii/dynamic')
  expect(args).not.toMatch(/providers\.docker|forwardedheaders|accesslog/)
})
