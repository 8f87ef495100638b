import { dirname, join } from 'node:path'
import type { AccessStore } from '../deploy/access.ts'
import type { Clock, Store } from '../deploy/ports.ts'
import type { RegistryLogins } from '../deploy/registry-port.ts'
import type { Log } from '../files/private-file.ts'
import { admit } from './admit.ts'
import { attempt, attempts } from './attempts.ts'
import { audit, audited } from './audit.ts'
import { consents } from './consents.ts'
import { change, deployment, deployments, forget } from './deployments.ts'
import { vaultOf } from './encryption.ts'
import { events, tell } from './events.ts'
import { evidence, freeze } from './evidence.ts'
import { createFollowers } from './followers.ts'
import { heldPorts } from './held-ports.ts'
import { keep } from './keep.ts'
import { move } from './move.ts'
import { openDatabase } from './open-database.ts'
import { registryLogins } from './registries.ts'
import { newest, prune, revision, revisions } from './revisions.ts'
import { createSession } from './session.ts'
import { createSubnetPool } from './subnet-pool.ts'
import { type Holds, holdSubnets, takeSubnets } from './take-subnets.ts'
import { addToken, revokeToken, tokens, tokenUsed } from './tokens.ts'

export interface OpenStore extends Store, AccessStore {
  /** Resolves when everything asked for before has been done and the file is let go of. */
  close(): Promise<void>
  registries: RegistryLogins
}

interface Where {
  file: string
  /** CIDR of all revisions' subnets, such as 10.213.0.0/16. */
  pool: string
  clock: Pick<Clock, 'now'>
  /** Hears of a key that others could read, and of what is tried again at the next start. */
  log?: Log
}

const nobody: Log = { warn: () => {} }

/**
 * The record in one SQLite file, made if there is none, and encrypted with the file `key` beside it where it may hold secrets. Rejects with a
 * sentence that names the file when another process works on it, when a newer Torii wrote it, when it is damaged or no record at all, and
 * when its key is gone or another's.
 */
export async function openStore({ file, pool, clock, log = nobody }: Where): Promise<OpenStore> {
  const subnets = createSubnetPool(pool)
  const holds: Holds = new Map()
  const followers = createFollowers()
  const database = openDatabase(file)
  const begin = async () => createSession({ database, file, clock, followers, log, vault: await vaultOf(database, join(dirname(file), 'key'), log) })
  const session = await begin().catch((error: unknown) => {
    database.close()
    throw error
  })
  const { read, write, writeSoon, close } = session
  return {
    admit: (...args) => write(admit(...args)),
    consents: (id) => read(consents(id)),
    deployment: (nameOrId) => read(deployment(nameOrId)),
    deployments: () => read(deployments()),
    change: (...args) => write(change(...args)),
    forget: (...args) => write(forget(...args)),
    revision: (ref) => read(revision(ref)),
    revisions: (...args) => read(revisions(...args)),
    newest: (id) => read(newest(id)),
    prune: (...args) => write(prune(...args)),
    heldPorts: () => read(heldPorts()),
    move: async (...args) => write(move(...args)),
    keep: (...args) => write(keep(...args)),
    takeSubnets: (...args) => write(takeSubnets(subnets, holds, ...args)),
    holdSubnets: (...args) => writeSoon(holdSubnets(subnets, holds, ...args)),
    tell: (...args) => writeSoon(tell(...args)),
    events: (filter) => read(events(filter)),
    follow: followers.follow,
    attempt: (...args) => writeSoon(attempt(...args)),
    attempts: (ref) => read(attempts(ref)),
    freeze: (...args) => write(freeze(...args)),
    evidence: (ref) => read(evidence(ref)),
    tokens: () => read(tokens()),
    addToken: (token) => write(addToken(token)),
    revokeToken: (...args) => write(revokeToken(...args)),
    tokenUsed: (...args) => writeSoon(tokenUsed(...args)),
    audit: (entry) => (entry.result === 'accepted' ? write : writeSoon)(audit(entry)),
    audited: (filter) => read(audited(filter)),
    close,
    registries: registryLogins(session),
  }
}
