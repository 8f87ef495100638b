import { join } from 'node:path'
import type { Config } from './config.ts'
import type { Clock } from './deploy/ports.ts'
import { createRevisionScrubbers, type RevisionScrubbers } from './deploy/revision-scrubbers.ts'
import { scrubbedStore } from './deploy/scrubbed-store.ts'
import { secretsIn } from './docker/secret-files.ts'
import { filesFolder } from './extension/world.ts'
import { type OpenStore, openStore } from './store/store.ts'
import type { KnownSecrets } from './text/known-secrets.ts'

/** The record, held by this process until it is closed; there is no way to it but scrubbed. */
export interface OpenRecord {
  store: OpenStore
  scrubbers: RevisionScrubbers
}

interface Needs {
  secrets: KnownSecrets
  clock: Pick<Clock, 'now'>
  log: { warn(facts: object, message: string): void }
}

/**
 * Opens it; the passwords that it keeps for registries are Torii's own secrets from here on. Rejects with a sentence about the record, as
 * `openStore` does, and has let go of it then.
 */
export async function openRecord(config: Config, { secrets, clock, log }: Needs): Promise<OpenRecord> {
  const record = await openStore({ file: join(config.home, 'torii.db'), pool: config.subnetPool, clock, log })
  const scrubbers = createRevisionScrubbers(secrets, (ref) => secretsIn(filesFolder(config, ref)))
  const store = scrubbedStore(record, scrubbers)
  try {
    for (const [host, { secret }] of await store.registries.all()) secrets.own({ [`password of (${host})`]: secret })
  } catch (error) {
    await store.close()
    throw error
  }
  return { store, scrubbers }
}
