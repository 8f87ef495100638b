import { describe, expect, test } from 'vitest'
import { parseModel } from '../../../src/extension/model-text.ts'
import { fixedAddress, lowerHalf, subnetSizes } from '../../../src/extension/network.ts'
import { resolvedOf } from './makers.ts'

const sizes = (services: Parameters<typeof resolvedOf>[0]) => subnetSizes(parseModel(resolvedOf(services)))
const many = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, i) => [`s${i}`, { image: 'x' }]))

describe('subnets', () => {
  test.each([
    [1, 27],
    [14, 27],
    [15, 26],
    [30, 26],
    [31, 25],
    [58, 25],
  ])('%i containers on one network take a /%i', (count, size) => {
    expect(sizes(many(count))).toEqual([size])
  })

  test('replicas count, unused networks and services without networks do not', () => {
    expect(sizes({ a: { image: 'x', scale: 15, networks: { front: null } }, b: { image: 'x', network_mode: 'none' }, c: { image: 'x', scale: 0 } })).toEqual([
      26,
    ])
    expect(sizes({ a: { image: 'x', network_mode: 'none' } })).toEqual([])
  })

  test('in the order of the networks’ names', () => {
    expect(
      sizes({
        ...Object.fromEntries(Object.entries(many(20)).map(([name, service]) => [name, { ...service, networks: { zone: null } }])),
        a: { image: 'x', networks: { area: null } },
      }),
    ).toEqual([27, 26])
  })

  test('dynamic addresses below, the fixed one above', () => {
    expect(lowerHalf('10.213.0.0/27')).toBe('10.213.0.0/28')
    expect(fixedAddress('10.213.0.0/27')).toBe('10.213.0.18')
    expect(fixedAddress('10.213.255.192/26')).toBe('10.213.255.226')
    expect(lowerHalf('192.168.4.0/22')).toBe('192.168.4.0/23')
  })
})
