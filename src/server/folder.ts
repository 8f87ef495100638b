import type { FastifyRequest } from 'fastify'
import { Refusal } from './refusal.ts'

/** Folders of this machine are its administrator's: a token that may deploy would otherwise read whatever lies on its disk. */
export function refuseForeignFolder({ caller }: Pick<FastifyRequest, 'caller'>): void {
  if (caller?.scope !== 'admin') throw new Refusal('folder_of_the_server')
}
