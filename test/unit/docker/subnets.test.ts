import { expect, test } from 'vitest'
import { routesIn } from '../../../src/docker/subnets.ts'

test('reads the host’s routes, without the default one', () => {
  const table = [
    'Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT',
    'eth0\t00000000\t0100A8C0\t0003\t0\t0\t0\t00000000\t0\t0\t0',
    'docker0\t000011AC\t00000000\t0001\t0\t0\t0\t0000FFFF\t0\t0\t0',
    'br-1\t2000D50A\t00000000\t0001\t0\t0\t0\tE0FFFFFF\t0\t0\t0',
    '',
  ].join('\n')

  expect(routesIn(table)).toEqual(['172.17.0.0/16', '10.213.0.32/27'])
})
