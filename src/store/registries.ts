import type { Selectable } from 'kysely'
import type { RegistryLogin, RegistryLogins, RegistryView } from '../deploy/registry-port.ts'
import type { Session } from './session.ts'
import type { RegistryRow } from './tables.ts'
import type { Vault } from './vault.ts'

/** Logins of registries in the record: encrypted, each for its own host alone. */
export function registryLogins({ read, write }: Pick<Session, 'read' | 'write'>): RegistryLogins {
  const all = () =>
    read(async (db, vault) => {
      const rows = await db.selectFrom('registries').selectAll().orderBy('host').execute()
      return rows.map((row) => ({ row, login: opened(row, vault) }))
    })
  return {
    list: async () => (await all()).map(({ row, login }) => viewOf(row, login)),
    all: async () => new Map((await all()).map(({ row, login }) => [row.host, login])),
    login: (host) =>
      read(async (db, vault) => {
        const row = await db.selectFrom('registries').selectAll().where('host', '=', host).executeTakeFirst()
        return row === undefined ? null : opened(row, vault)
      }),
    put: (host, login) =>
      write(async ({ db, vault, at }) => {
        const row = { host, login: vault.seal(JSON.stringify(login), aboutOf(host)), createdAt: at }
        await db.replaceInto('registries').values(row).execute()
        return viewOf(row, login)
      }),
    remove: (host) =>
      write(async ({ db }) => {
        const { numDeletedRows } = await db.deleteFrom('registries').where('host', '=', host).executeTakeFirst()
        return numDeletedRows > 0n
      }),
  }
}

function opened({ host, login }: Selectable<RegistryRow>, vault: Vault): RegistryLogin {
  return JSON.parse(vault.open(login, aboutOf(host)))
}

function viewOf({ host, createdAt }: Pick<RegistryRow, 'host' | 'createdAt'>, { username }: RegistryLogin): RegistryView {
  return { host, username, createdAt }
}

function aboutOf(host: string): string {
  return `login of ${host}`
}
