import type { FastifyRequest } from 'fastify'
import { Refusal } from './refusal.ts'

/** Folders of this machine are its administrator's: a token that may deploy would otherwise read whatever lies on its disk. */
export function refuseForeignFolder({ caller }: Pick<FastifyRequest, 'caller'>): void {
  if (caller?.scope !== 'admin') throw new Refusal('folder_of_the_server')
}

/** What the policy asks is the operator's to allow, never whoever's extension it is. */
export function refuseForeignConsent({ caller, body }: Pick<FastifyRequest, 'caller'> & { body: { allow?: string[]; consent?: object } }): void {
  if (caller?.scope !== 'admin' && ((body.allow ?? []).length > 0 || body.consent !== undefined)) throw new Refusal('operators_word')
}
