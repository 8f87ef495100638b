import { expect, test } from 'vitest'
import type { DeployError } from '../../../src/deploy/failure.ts'
import { refuseForeign } from '../../../src/deploy/platform.ts'

function refusal(wanted: string | null, os: string, architecture: string, engine: string): string {
  const image = { services: ['web'], ref: 'web:1', pullPolicy: 'missing', platform: wanted, build: null } as const
  const facts = { id: 'sha256:1', digest: null, os, architecture, size: 1, check: null, exposed: [] }
  try {
    refuseForeign({ ...image, services: [...image.services] }, facts, engine)
    return ''
  } catch (error) {
    const { reason, service, detail } = (error as DeployError).trouble
    return `${reason} of ${service}: ${detail}`
  }
}

test.each([
  ['the same machine', null, 'linux', 'amd64', 'linux/amd64'],
  ['32 bits on amd64', null, 'linux', '386', 'linux/amd64'],
  ['32 bits on arm64', null, 'linux', 'arm', 'linux/arm64'],
  ['what the file asks for: there may be an emulator', 'linux/arm64', 'linux', 'arm64', 'linux/amd64'],
  ['what the file asks for, with its variant', 'linux/arm/v7', 'linux', 'arm', 'linux/amd64'],
])('fits: %s', (_, wanted, os, architecture, engine) => {
  expect(refusal(wanted, os, architecture, engine)).toBe('')
})

test.each([
  ['another machine', null, 'linux', 'arm64', 'linux/amd64', 'web:1 is for linux/arm64, this engine is linux/amd64'],
  ['64 bits on 32', null, 'linux', 'amd64', 'linux/386', 'web:1 is for linux/amd64, this engine is linux/386'],
  ['another system', null, 'windows', 'amd64', 'linux/amd64', 'web:1 is for windows/amd64, this engine is linux/amd64'],
  ['not what the file asks for', 'linux/arm64', 'linux', 'amd64', 'linux/amd64', 'web:1 is for linux/amd64, the file asks for linux/arm64'],
])('does not fit: %s', (_, wanted, os, architecture, engine, detail) => {
  expect(refusal(wanted, os, architecture, engine)).toBe(`wrong_architecture of web: ${detail}`)
})
