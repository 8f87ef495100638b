import type { FastifyRequest } from 'fastify'
import { Refusal } from './refusal.ts'

/** What the policy asks is the operator's to allow, never whoever's extension it is. */
export function refuseForeignConsent({ caller, body }: Pick<FastifyRequest, 'caller'> & { body: { allow?: string[]; consent?: object } }): void {
  if (caller?.scope !== 'admin' && ((body.allow ?? []).length > 0 || body.consent !== undefined)) throw new Refusal('operators_word')
}
