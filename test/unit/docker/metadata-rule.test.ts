import { expect, test } from 'vitest'
import { blockMetadata, metadataIs } from '../../../src/docker/metadata-rule.ts'
import { createHostRules } from '../../fakes/host-rules.ts'

const place = { subnetPool: '10.213.0.0/16', dockerHost: 'unix:///var/run/docker.sock' }

test('two rules for the whole pool', async () => {
  const host = createHostRules()

  await blockMetadata(place, host.run)

  expect(host.told()).toEqual(['10.213.0.0/16 169.254.0.0/16 prohibit', '10.213.0.0/16 100.100.100.200/32 prohibit'])
})

test('a rule of another pool, or one that only routes elsewhere, forbids nothing', async () => {
  const rule = { dst: '169.254.0.0', dstlen: 16, protocol: '213' }
  const rules = [
    { ...rule, src: '10.9.0.0', srclen: 16, action: 'prohibit' },
    { ...rule, src: '10.213.0.0', srclen: 16, table: '7' },
  ]

  expect(await metadataIs(place, createHostRules({ rules }).run)).toBe('open')
})

test('what may not be done is said, and of an engine elsewhere nothing is known', async () => {
  const refusing = createHostRules({ refuses: 'RTNETLINK answers: Operation not permitted\n' })

  expect(await blockMetadata(place, refusing.run)).toBe('`ip rule add` says: RTNETLINK answers: Operation not permitted')
  expect(await blockMetadata({ ...place, dockerHost: 'tcp://10.0.0.7:2375' }, refusing.run)).toBe('the engine is on another machine')
  expect(await metadataIs({ ...place, dockerHost: 'tcp://10.0.0.7:2375' }, refusing.run)).toBe('unknown')
})
