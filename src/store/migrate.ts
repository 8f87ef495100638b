import { type Kysely, sql } from 'kysely'
import { type Migration, Migrator } from 'kysely/migration'
import { DeployError } from '../deploy/failure.ts'
import { up as makeRecord } from './migrations/0001-record.ts'
import { up as makeConsents } from './migrations/0002-consents.ts'
import { up as makeTokensAndAudit } from './migrations/0003-tokens-and-audit.ts'
import { encrypt } from './migrations/0004-encrypted.ts'
import type { Tables } from './tables.ts'
import type { Vault } from './vault.ts'

/** Every step of the schema, in the order of its names. Named here one by one: the bundle has no folder to look through. */
const migrationsWith = (vault: Vault): Record<string, Migration> => ({
  '0001-record': { up: makeRecord },
  '0002-consents': { up: makeConsents },
  '0003-tokens-and-audit': { up: makeTokensAndAudit },
  '0004-encrypted': { up: encrypt(vault) },
})

/** Brings the schema up to date in one transaction. Rejects when a newer Torii has been here. */
export async function migrate(db: Kysely<Tables>, file: string, vault: Vault): Promise<void> {
  const migrations = migrationsWith(vault)
  const unknown = (await appliedTo(db)).filter((name) => !(name in migrations))
  if (unknown.length > 0)
    throw new DeployError('state_unusable', `${file} was written by a newer Torii (it knows ${unknown.join(', ')})`, {
      fix: 'Run that one, or give this one a TORII_HOME of its own.',
    })
  const { error } = await new Migrator({ db, provider: { getMigrations: async () => migrations } }).migrateToLatest()
  if (error) throw error
}

async function appliedTo(db: Kysely<Tables>): Promise<string[]> {
  const tables = await sql`SELECT 1 FROM sqlite_master WHERE name = 'kysely_migration'`.execute(db)
  if (tables.rows.length === 0) return []
  const { rows } = await sql<{ name: string }>`SELECT name FROM kysely_migration ORDER BY name`.execute(db)
  return rows.map(({ name }) => name)
}
