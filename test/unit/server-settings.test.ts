import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { readConfig } from '../../src/config.ts'
import { serverSettings } from '../../src/server-settings.ts'

const source = readFileSync(join(import.meta.dirname, '../../src/config.ts'), 'utf8')

/** What a server does not tell, and why nobody misses it. */
const untold = {
  TORII_HOME: 'who asks has found the server by it',
  TORII_API_PORT: 'who asks has found the server by it',
  TORII_COMPOSE: 'where a program lies: `torii doctor` and `torii up` say which Compose it is',
  TORII_LOG: 'changes what is logged, and nothing of a deployment',
}

test('every variable that is read is told by a server, or has a reason not to be', () => {
  const read = new Set(source.match(/\b(TORII|KAMIWAZA)_[A-Z_]*[A-Z]\b/g))

  expect([...Object.keys(serverSettings(readConfig({}))), ...Object.keys(untold)].toSorted()).toEqual([...read].toSorted())
})

test('what is told is what was set', () => {
  const set = { TORII_METADATA: 'blocked', TORII_MOUNT_LIMIT: '7', TORII_UPLOAD_LIMIT: '8', TORII_UPLOAD_QUOTA: '9', TORII_PULL_TIMEOUT: '10' }

  expect(serverSettings(readConfig(set))).toMatchObject(set)
})
