import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'

const unit = readFileSync(join(import.meta.dirname, '../../setup/torii.service'), 'utf8')
const settings = unit
  .split('\n')
  .filter((line) => /^\w+=/.test(line))
  .map((line) => line.split(/=(.*)/s) as [string, string])
const of = (name: string) => settings.filter(([key]) => key === name).map(([, value]) => value)

test('the unit gives Torii a user, a folder and a group, and no right beside them', () => {
  expect([of('User'), of('SupplementaryGroups'), of('StateDirectory'), of('StateDirectoryMode')]).toEqual([['torii'], ['docker'], ['torii'], ['0700']])
  expect([of('CapabilityBoundingSet'), of('AmbientCapabilities'), of('NoNewPrivileges'), of('ProtectSystem')]).toEqual([[''], [''], ['yes'], ['strict']])
  expect(of('Environment')).toContain('TORII_POLICY=strict')
  // Only what makes the rules for metadata has more, and nothing of a user's is in it.
  expect(settings.filter(([, value]) => /^-?\+/.test(value)).map(([key]) => key)).toEqual(['ExecStartPre', 'ExecStartPre'])
})

test('it has what Node and its programs need', () => {
  expect(of('RestrictAddressFamilies')[0]?.split(' ')).toEqual(['AF_UNIX', 'AF_INET', 'AF_INET6', 'AF_NETLINK'])
  expect(of('MemoryDenyWriteExecute')).toEqual([])
  expect(of('KillMode')).toEqual(['mixed'])
})

const analyze = '/usr/bin/systemd-analyze'

test.skipIf(!existsSync(analyze))('systemd understands every line of it', () => {
  const folder = mkdtempSync(join(tmpdir(), 'torii-unit-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const file = join(folder, 'torii.service')
  writeFileSync(file, unit.replaceAll('/opt/torii/torii', '/bin/true'))

  expect(execFileSync(analyze, ['verify', file], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] })).toBe('')
})
