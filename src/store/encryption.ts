import type { DatabaseSync } from 'node:sqlite'
import { DeployError } from '../deploy/failure.ts'
import type { Log } from '../files/private-file.ts'
import { readOrMakeKey } from './key-file.ts'
import { proofText } from './migrations/0004-encrypted.ts'
import { sqliteTrouble } from './sqlite-trouble.ts'
import { createVault, type Vault } from './vault.ts'

/** The vault of this record. Rejects with state_unusable where its key is gone, or is another record's. */
export async function vaultOf(database: DatabaseSync, keyFile: string, log: Log): Promise<Vault> {
  const proof = rowIn(database)?.['proof']
  const vault = createVault(await readOrMakeKey(keyFile, { isNeeded: proof !== undefined, log }))
  if (typeof proof === 'string' && !opens(vault, proof))
    throw new DeployError('state_unusable', `${keyFile} is not the key that the record is encrypted with`, {
      fix: 'Put the key back that belongs to this database.',
    })
  return vault
}

/**
 * Once, after the record was encrypted: the file is written anew, without the pages that were freed, and the log beside it emptied. What was
 * in plain text is in neither any more; the disk itself may still remember. It needs the size of the file again: where that is not to be had,
 * the record works all the same, and the next start tries once more.
 */
export function wipeOnce(database: DatabaseSync, file: string, log: Log): void {
  if (rowIn(database)?.['wiped'] !== 0) return
  try {
    database.exec('VACUUM')
    database.exec('PRAGMA wal_checkpoint(TRUNCATE)')
    database.exec('UPDATE "encryption" SET "wiped" = 1')
  } catch (error) {
    log.warn({ err: sqliteTrouble(error, file) }, 'secrets of before may still be in the file of the record: wiping it failed, the next start tries again')
  }
}

function rowIn(database: DatabaseSync): Record<string, unknown> | undefined {
  const table = database.prepare(`SELECT 1 FROM sqlite_master WHERE name = 'encryption'`).get()
  return table === undefined ? undefined : database.prepare('SELECT "proof", "wiped" FROM "encryption"').get()
}

function opens(vault: Vault, proof: string): boolean {
  try {
    return vault.open(proof, proofText) === proofText
  } catch {
    return false
  }
}
