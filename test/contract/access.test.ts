import { join } from 'node:path'
import { expect, test } from 'vitest'
import { openDatabase } from '../../src/store/open-database.ts'
import { openStore } from '../../src/store/store.ts'
import { createFakeAccessStore } from '../fakes/access-store.ts'
import { createFakeClock } from '../fakes/clock.ts'
import { accessContract, anEntry, aToken } from './access.contract.ts'
import { newFolder } from './store-folder.ts'

const open = (folder = newFolder()) => openStore({ file: join(folder, 'torii.db'), pool: '10.213.0.0/24', clock: createFakeClock() })

accessContract('fake', async () => createFakeAccessStore())
accessContract('SQLite', () => open())

test('tokens and the audit trail are there when the record is opened again', async () => {
  const folder = newFolder()
  const store = await open(folder)
  await store.addToken(aToken())
  await store.audit(anEntry())
  await store.close()

  const again = await open(folder)

  expect([await again.tokens(), await again.audited({ limit: 9 })]).toEqual([[aToken()], [{ id: 1, ...anEntry() }]])
  await again.close()
})

test.each([
  ['changed', `UPDATE audit SET who = 'somebody else'`],
  ['changed by its number', 'UPDATE audit SET id = 99 WHERE id = 1'],
  ['deleted', 'DELETE FROM audit WHERE id = 1'],
  ['emptied', 'DELETE FROM audit'],
  [
    'replaced',
    `REPLACE INTO audit (id, at, who, token, address, action, deployment, detail, result, reason, missed)
       VALUES (1, '', 'x', NULL, '', '', NULL, NULL, 'accepted', NULL, 0)`,
  ],
])('the audit trail cannot be %s, whoever writes the SQL', async (_, statement) => {
  const folder = newFolder()
  const store = await open(folder)
  await store.audit(anEntry())
  await store.audit(anEntry({ action: 'rm' }))
  await store.close()
  const database = openDatabase(join(folder, 'torii.db'))

  expect(() => database.exec(statement)).toThrow('append-only')

  database.close()
  const again = await open(folder)
  expect((await again.audited({ limit: 9 })).map(({ id, who, action }) => [id, who, action])).toEqual([
    [1, 'ci', 'deploy'],
    [2, 'ci', 'rm'],
  ])
  await again.close()
})
