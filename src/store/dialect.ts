import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite'
import { type DatabaseConnection, type Driver, SqliteAdapter, type SqliteDatabase, SqliteDialect, SqliteDriver, type SqliteStatement } from 'kysely'

/** Kysely's SQLite dialect on `node:sqlite`. `destroy` closes the database. */
export class NodeSqliteDialect extends SqliteDialect {
  readonly #database: DatabaseSync

  constructor(database: DatabaseSync) {
    super({ database: asBetterSqlite(database) })
    this.#database = database
  }

  override createDriver(): Driver {
    return new NodeSqliteDriver(this.#database)
  }

  override createAdapter(): SqliteAdapter {
    return new TransactionalSqliteAdapter()
  }
}

class NodeSqliteDriver extends SqliteDriver {
  readonly #database: DatabaseSync

  constructor(database: DatabaseSync) {
    super({ database: asBetterSqlite(database) })
    this.#database = database
  }

  // SQLite itself rolls back after SQLITE_FULL and SQLITE_IOERR; a second rollback would fail and hide why.
  override async rollbackTransaction(connection: DatabaseConnection): Promise<void> {
    if (this.#database.isTransaction) await super.rollbackTransaction(connection)
  }
}

/** Kysely 0.29 migrates SQLite without a transaction, although SQLite's DDL can be rolled back: half a migration must not stay. */
class TransactionalSqliteAdapter extends SqliteAdapter {
  override get supportsTransactionalDdl(): boolean {
    return true
  }
}

/** Each statement is prepared once: that is a third of the time of a small query. There are as many as the code has. */
function asBetterSqlite(database: DatabaseSync): SqliteDatabase {
  const statements = new Map<string, SqliteStatement>()
  const prepare = (sql: string) => {
    const statement = statements.get(sql) ?? asBetterSqliteStatement(database.prepare(sql))
    statements.set(sql, statement)
    return statement
  }
  return { close: () => database.close(), prepare }
}

function asBetterSqliteStatement(statement: StatementSync): SqliteStatement {
  return {
    reader: statement.columns().length > 0,
    all: (values) => statement.all(...(values as SQLInputValue[])),
    run: (values) => statement.run(...(values as SQLInputValue[])),
    iterate: (values) => statement.iterate(...(values as SQLInputValue[])),
  }
}
