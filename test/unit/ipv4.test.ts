import { expect, test } from 'vitest'
import { routesIn } from '../../src/ipv4.ts'

test('the routes of a host are read from the kernel’s table', () => {
  const table = [
    'Iface\tDestination\tGateway\tFlags\tRefCnt\tUse\tMetric\tMask\tMTU\tWindow\tIRTT',
    'eth0\t00000000\t010011AC\t0003\t0\t0\t0\t00000000\t0\t0\t0',
    'docker0\t000011AC\t00000000\t0001\t0\t0\t0\t0000FFFF\t0\t0\t0',
    'br-1\t2000D50A\t00000000\t0001\t0\t0\t0\tE0FFFFFF\t0\t0\t0',
    '',
  ].join('\n')

  expect(routesIn(table)).toEqual([
    { device: 'eth0', cidr: '0.0.0.0/0' },
    { device: 'docker0', cidr: '172.17.0.0/16' },
    { device: 'br-1', cidr: '10.213.0.32/27' },
  ])
})

test.each(['', 'Iface\n', 'Iface\nnothing here\n'])('%j has none', (table) => {
  expect(routesIn(table)).toEqual([])
})
