import type { Log } from '../deploy/tools.ts'
import type { KeptFiles } from './kept-files.ts'
import type { Quota } from './quota.ts'

/** Uploads that nobody may use any more. They take their room until they are gone. */
export interface Removals {
  /** Never rejects: what cannot be removed now is logged, and tried again. `bytes`: what it has of the quota. */
  remove(id: string, bytes: number): Promise<void>
  /** Tries again what could not be removed. */
  again(): Promise<void>
}

export function createRemovals(files: Pick<KeptFiles, 'remove'>, quota: Pick<Quota, 'give'>, log: Pick<Log, 'warn'>): Removals {
  const stuck = new Map<string, number>()
  const remove = async (id: string, bytes: number) => {
    stuck.delete(id)
    try {
      await files.remove(id)
      quota.give(bytes)
    } catch (err) {
      stuck.set(id, bytes)
      log.warn({ upload: id, err }, 'an upload could not be removed yet')
    }
  }
  return {
    remove,
    again: async () => {
      for (const [id, bytes] of [...stuck]) await remove(id, bytes)
    },
  }
}
