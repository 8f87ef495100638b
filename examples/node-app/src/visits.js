import { DatabaseSync } from 'node:sqlite'

/** Counts visits in a file. */
export function openVisits(file) {
  const database = new DatabaseSync(file)
  database.exec('CREATE TABLE IF NOT EXISTS visit (at TEXT DEFAULT CURRENT_TIMESTAMP)')
  const count = () => database.prepare('SELECT count(*) AS count FROM visit').get().count
  return {
    count,
    add() {
      database.exec('INSERT INTO visit DEFAULT VALUES')
      return count()
    },
    close: () => database.close(),
  }
}
