import { describe, expect, test } from 'vitest'
import { choosePort, type PortWish } from '../../../src/deploy/choose-port.ts'
import type { DeployError } from '../../../src/deploy/failure.ts'

const wish = (change: Partial<PortWish> & { taken?: number[] } = {}): PortWish => {
  const { taken = [], ...rest } = change
  return { asked: null, before: null, served: [61100, 61101, 61102], held: new Set(taken), ...rest }
}

test.each<[string, PortWish, number]>([
  ['the first free one', wish(), 61100],
  ['the first that nobody holds', wish({ taken: [61100, 61101] }), 61102],
  ['the one asked for', wish({ asked: 61102 }), 61102],
  ['the one asked for, although it had another before', wish({ asked: 61102, before: 61101 }), 61102],
  ['the one it had before', wish({ before: 61101 }), 61101],
  ['another, where somebody has the one from before by now', wish({ before: 61101, taken: [61101] }), 61100],
  ['another, where the proxy does not serve the one from before any more', wish({ before: 70 }), 61100],
])('%s', (_, wished, port) => {
  expect(choosePort(wished)).toBe(port)
})

describe('is refused', () => {
  const refusal = (wished: PortWish) => {
    try {
      return String(choosePort(wished))
    } catch (error) {
      const { reason, detail } = (error as DeployError).trouble
      return `${reason}: ${detail}`
    }
  }

  test.each<[string, PortWish, string]>([
    ['when all are taken', wish({ taken: [61100, 61101, 61102] }), 'port_unavailable: all 3 ports of the proxy are taken'],
    ['when the proxy serves none', wish({ served: [] }), 'port_unavailable: all 0 ports of the proxy are taken'],
    ['when another holds the one asked for', wish({ asked: 61101, taken: [61101] }), 'port_in_use: 61101 belongs to another deployment'],
    ['when the one asked for is not served', wish({ asked: 80 }), 'port_unavailable: 80 is not among the ports that the proxy serves (61100-61102)'],
    ['when none is served at all', wish({ asked: 80, served: [] }), 'port_unavailable: 80 is not among the ports that the proxy serves'],
  ])('%s', (_, wished, words) => {
    expect(refusal(wished)).toBe(words)
  })
})
