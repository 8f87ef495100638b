import { describe, expect, test } from 'vitest'
import { judgeMetadata, judgePlainPort, judgeSocket, judgeVersions } from '../../../src/cli/doctor-exposure.ts'
import { holesOf } from '../../../src/cli/known-vulnerable.ts'

describe('versions with known holes', () => {
  test.each<[Parameters<typeof holesOf>[0], string, string[]]>([
    ['engine', '26.1.4', ['CVE-2024-41110', 'CVE-2026-34040']],
    ['engine', '26.1.5+dfsg1', ['CVE-2026-34040']],
    ['engine', '24.0.9', ['CVE-2024-41110', 'CVE-2026-34040']],
    ['engine', '20.10.24', ['CVE-2024-41110', 'CVE-2026-34040']],
    ['engine', '27.1.0', ['CVE-2024-41110', 'CVE-2026-34040']],
    ['engine', '29.3.0', ['CVE-2026-34040']],
    ['engine', '29.3.1', []],
    ['engine', '30.0.0', []],
    ['runc', '1.1.5+ds1', ['CVE-2024-21626', 'CVE-2025-31133']],
    ['runc', '1.1.12', ['CVE-2025-31133']],
    ['runc', '1.2.7', ['CVE-2025-31133']],
    ['runc', '1.2.8', []],
    ['runc', '1.3.2', ['CVE-2025-31133']],
    ['runc', '1.3.3', []],
    ['runc', '1.4.0', []],
    ['Traefik', '2.11.8', ['CVE-2024-45410', 'CVE-2025-66490', 'GHSA-6384-m2mw-rf54', 'CVE-2026-48020']],
    ['Traefik', '3.0.4', ['CVE-2024-45410', 'CVE-2025-66490', 'GHSA-6384-m2mw-rf54', 'CVE-2026-48020']],
    ['Traefik', '3.6.13', ['GHSA-6384-m2mw-rf54', 'CVE-2026-48020']],
    ['Traefik', '3.6.19', []],
    ['Traefik', 'v3.7.2', ['CVE-2026-48020']],
    ['Traefik', '3.7.15', []],
    ['Traefik', 'dev', []],
    ['runc', '', []],
  ])('%s %s: %j', (of, version, ids) => {
    expect(holesOf(of, version).map((each) => each.ids[0])).toEqual(ids)
  })

  test('are warned of with what comes of them, the version that closes them, and a word about distributions', () => {
    const engine = JSON.stringify({ Version: '29.3.1', Components: [{ Name: 'runc', Version: '1.1.5+ds1' }] })
    const [first] = judgeVersions(engine, '3.7.15')

    expect(first).toMatchObject({
      is: 'warning',
      found: 'runc 1.1.5+ds1: a container reaches the host’s files through a leaked file descriptor (CVE-2024-21626)',
      todo: 'Update runc to 1.1.12 or later. Your distribution may have closed it under this number: `apt-get changelog`, and look for CVE-2024-21626.',
    })
    expect(judgeVersions(JSON.stringify({ Version: '29.3.1' }), '3.7.15')).toMatchObject([{ is: 'ok' }])
    expect(judgeVersions(null, null)).toEqual([])
  })
})

describe('the engine’s door', () => {
  const unix = 'unix:///var/run/docker.sock'

  test.each<[string, string, { mode: number; gid: number } | null, string[] | null, object[]]>([
    ['for root alone', unix, { mode: 0o140600, gid: 0 }, [], [{ is: 'ok' }]],
    ['for a group of nobody', unix, { mode: 0o140660, gid: 999 }, [], [{ is: 'ok' }]],
    [
      'for a group of some',
      unix,
      { mode: 0o140660, gid: 999 },
      ['alice', 'root'],
      [{ is: 'warning', found: expect.stringContaining('is open to alice, and') }],
    ],
    ['for all', unix, { mode: 0o140666, gid: 999 }, [], [{ is: 'missing', todo: 'chmod o= /var/run/docker.sock' }]],
    ['that is not there', unix, null, null, []],
    ['on the network', 'tcp://10.0.0.7:2375', null, null, [{ is: 'missing', found: expect.stringContaining('whoever reaches it') }]],
    ['on loopback', 'tcp://127.0.0.1:2375', null, null, [{ is: 'warning' }]],
  ])('%s', (_, host, found, members, findings) => {
    expect(judgeSocket(host, found, members)).toMatchObject(findings)
  })

  test('beside the socket, an engine on port 2375', () => {
    expect(judgePlainPort(true)).toMatchObject([{ is: 'missing' }])
    expect(judgePlainPort(false)).toEqual([])
  })
})

test.each([
  ['blocked', true, 'ok'],
  ['blocked', false, 'ok'],
  ['open', true, 'missing'],
  ['open', false, 'ok'],
  ['unknown', true, 'missing'],
  ['unknown', false, 'warning'],
] as const)('cloud metadata that is %s, where blocking it is wanted: %s, is %s', (found, wanted, is) => {
  expect(judgeMetadata(found, wanted, 'ip rule add …').is).toBe(is)
})
