import { chmodSync, existsSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { DeployError } from '../deploy/failure.ts'
import { applicationId, createFile } from './create-file.ts'
import { damaged, sqliteTrouble } from './sqlite-trouble.ts'

/** ms, the whole process stands still meanwhile: as long as a server that is ending may need to let go of the file. */
const patience = 1000

/**
 * Opens the file, makes it if there is none, and owns it until `close` or the end of this process. Throws a DeployError that names
 * the path when it belongs to another process, is no record of ours, or is damaged.
 */
export function openDatabase(file: string): DatabaseSync {
  createFile(file)
  for (const path of [file, `${file}-wal`]) if (existsSync(path)) chmodSync(path, 0o600)
  try {
    return opened(file)
  } catch (error) {
    throw sqliteTrouble(error, file)
  }
}

function opened(file: string): DatabaseSync {
  const database = new DatabaseSync(file, { timeout: patience, enableForeignKeyConstraints: true })
  try {
    own(database)
    refuseStranger(database, file)
    refuseDamage(database, file)
    database.exec('PRAGMA journal_mode = WAL')
    // What is deleted or changed is overwritten, so that no page keeps it.
    database.exec('PRAGMA secure_delete = ON')
    return database
  } catch (error) {
    database.close()
    throw error
  }
}

/**
 * The lock is SQLite's own on the file, taken with the first look at it: the kernel gives it back however we end, and it also holds
 * against a process of another container or network namespace, where a socket's name would not. Without other readers the index of
 * the WAL stays in memory: no mapped -shm file that a full disk turns into SIGBUS. It lasts as long as nothing else in this process
 * opens and closes the file: POSIX drops a process's locks on a file with the first descriptor of it that is closed.
 */
function own(database: DatabaseSync): void {
  database.exec('PRAGMA locking_mode = EXCLUSIVE')
}

function refuseStranger(database: DatabaseSync, file: string): void {
  const found = database.prepare('PRAGMA application_id').get()?.['application_id']
  if (found !== applicationId)
    throw new DeployError('state_unusable', `${file} is no record of Torii`, {
      fix: 'Put a copy of the right file there, or move this one away to begin anew.',
    })
}

/** Reads the whole file once: 1.5 ms a megabyte. A damaged page that is found later stops a deployment half-way. */
function refuseDamage(database: DatabaseSync, file: string): void {
  const found = database.prepare('PRAGMA quick_check(1)').get()?.['quick_check']
  if (found !== 'ok') throw damaged(file, String(found))
}
