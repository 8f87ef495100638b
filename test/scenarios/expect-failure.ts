import { expect } from 'vitest'
import type { Reason } from '../../src/deploy/failure.ts'
import type { Deployed } from './command-line.ts'

export interface Expected {
  exit: number
  reason: Reason
  service: string | null
  says: RegExp | string
}

/** FAILED for that reason, said in the document and by the exit code. */
export function expectFailure(deployed: Deployed, expected: Expected): void {
  expectRefusal(deployed, expected)
  expect(deployed.document.state).toBe('FAILED')
  expect(deployed.document.timeline.at(-1)?.state).toBe('FAILED')
}

/** The same without a state: refused at admit, so that nothing was recorded. */
export function expectRefusal({ exit, document: { failure } }: Deployed, { exit: wanted, reason, service, says }: Expected): void {
  expect({ reason: failure?.reason, service: failure?.service, exit }, failure?.sentence).toEqual({ reason, service, exit: wanted })
  if (typeof says === 'string') expect(failure?.sentence).toBe(says)
  else expect(failure?.sentence).toMatch(says)
}
