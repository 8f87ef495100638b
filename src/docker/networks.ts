import type { NetworkSpec } from '../deploy/ports.ts'
import type { Ask } from '../engine-api/ask.ts'
import { answered } from '../engine-api/engine-answer.ts'
import { engineError } from './engine-errors.ts'

/** A bridge, as Compose 2.26 makes one for a network without a driver. Answers its id. */
export async function makeNetwork(ask: Ask, { name, subnet, ipRange, labels }: NetworkSpec): Promise<string> {
  const IPAM = { Driver: 'default', Config: [{ Subnet: subnet, IPRange: ipRange }] }
  try {
    const body = { Name: name, CheckDuplicate: true, Driver: 'bridge', IPAM, Labels: labels }
    const { Id } = await ask<{ Id: string }>({ method: 'POST', path: '/networks/create', body })
    return Id
  } catch (error) {
    throw engineError(error, 'create')
  }
}

/** One that is gone already is fine. */
export async function removeNetwork(ask: Ask, id: string): Promise<void> {
  try {
    await ask({ method: 'DELETE', path: `/networks/${id}` })
  } catch (error) {
    if (!answered(error, 404)) throw error
  }
}
