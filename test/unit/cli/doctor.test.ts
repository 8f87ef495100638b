import { expect, test } from 'vitest'
import { judgeEngine, judgeHome, judgeNode, judgePool, judgePorts, judgeProxy } from '../../../src/cli/doctor-judges.ts'

const routes = (...lines: [string, string, string][]) =>
  [
    'Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT',
    ...lines.map(([device, to, mask]) => `${device}\t${to}\t00000000\t0001\t0\t0\t0\t${mask}\t0\t0\t0`),
    '',
  ].join('\n')

test.each([
  ['24.21.0', 'ok'],
  ['24.15.0', 'ok'],
  ['24.9.0', 'missing'],
  ['20.20.2', 'missing'],
])('Node %s is %s', (version, is) => {
  expect(judgeNode(version).is).toBe(is)
})

test.each([
  ['{"Version":"26.1.5","ApiVersion":"1.45"}', 'ok', '26.1.5, API 1.45'],
  ['{"Version":"24.0.9","ApiVersion":"1.43"}', 'warning', '24.0.9, API 1.43'],
  ['{}', 'missing', 'does not answer on unix:///x'],
  [null, 'missing', 'does not answer on unix:///x'],
])('an engine that says %s is %s', (answer, is, found) => {
  expect(judgeEngine(answer, 'unix:///x')).toMatchObject({ is, found })
})

test.each([
  [[], 'ok'],
  [[61_103], 'warning'],
  [[8443], 'missing'],
])('busy ports %j are %s', (busy, is) => {
  expect(judgePorts(busy, [8443, 8481], []).is).toBe(is)
})

const other = { name: 'torii-proxy-x', home: '/tmp/x', isHomeThere: true, ports: [8443, 61_100] }

test.each<[string, number[], Partial<typeof other>, object]>([
  [
    'with its state folder is ended by its own `down`',
    [8443, 61_100],
    {},
    {
      is: 'missing',
      found: 'busy: 8443, 61100; held by torii-proxy-x, the proxy of another Torii',
      todo: expect.stringContaining('`TORII_HOME=/tmp/x torii down`'),
    },
  ],
  [
    'whose state folder is gone can only be removed',
    [61_100],
    { isHomeThere: false },
    { is: 'warning', todo: '`docker rm -f torii-proxy-x`: its state folder /tmp/x is gone.' },
  ],
  ['is not blamed for the ports of others', [61_100, 61_101], {}, { todo: expect.stringContaining('TORII_PORTS names another range.') }],
  ['that holds none of them is not named', [61_101], {}, { found: 'busy: 61101', todo: 'They are left out; TORII_PORTS names another range.' }],
])('the proxy of another Torii %s', (_, busy, change, finding) => {
  expect(judgePorts(busy, [8443, 8481], [{ ...other, ...change }])).toMatchObject(finding)
})

test.each<[string, string, string]>([
  ['the default route', routes(['eth0', '00000000', '00000000']), 'ok'],
  ['a network of ours inside it', routes(['br-1', '2000D50A', 'E0FFFFFF']), 'ok'],
  ['another range', routes(['tun0', '0000D60A', '0000FFFF']), 'ok'],
  ['the same range', routes(['tun0', '0000D50A', '0000FFFF']), 'missing'],
  ['a range around it', routes(['tun0', '0000000A', '000000FF']), 'missing'],
  ['no routes to read', '', 'ok'],
])('the pool beside %s', (_, text, is) => {
  expect(judgePool('10.213.0.0/16', text).is).toBe(is)
})

test.each<[string, { mode: number; uid: number } | string, number, string]>([
  ['private', { mode: 0o40700, uid: 5 }, 5, 'ok'],
  ['open to others', { mode: 0o40755, uid: 5 }, 5, 'missing'],
  ['somebody else’s', { mode: 0o40700, uid: 0 }, 5, 'missing'],
  ['somebody else’s, for root', { mode: 0o40700, uid: 5 }, 0, 'ok'],
  ['not there', 'ENOENT', 5, 'ok'],
  ['closed', 'EACCES', 5, 'missing'],
])('a state folder that is %s', (_, found, uid, is) => {
  expect(judgeHome('/x', found, uid).is).toBe(is)
})

test('the proxy says itself what is wrong', () => {
  expect(judgeProxy(null).is).toBe('warning')
  expect(judgeProxy({ running: false, version: null, ports: [], busyPorts: [], trouble: 'it is exited' })).toMatchObject({
    is: 'missing',
    found: 'it is exited',
  })
  expect(judgeProxy({ running: true, version: '3.7.13', ports: [1, 2], busyPorts: [], trouble: '' })).toMatchObject({ is: 'ok', found: '3.7.13, 2 ports' })
})
