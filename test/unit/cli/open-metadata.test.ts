import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { openMetadataIfEmpty } from '../../../src/cli/open-metadata.ts'
import { readConfig } from '../../../src/config.ts'
import { blockMetadata, metadataIs, unblockMetadata } from '../../../src/docker/metadata-rule.ts'
import { createHostRules } from '../../fakes/host-rules.ts'

/** What becomes of the rules when whoever has no setting for them ends the control plane, and the engine answers so. */
async function afterDown(networks: { status: number; body: string }): Promise<string> {
  const home = await mkdtemp(join(tmpdir(), 'torii-down-'))
  await writeFile(join(home, 'instance'), 'abc\n')
  const socket = join(home, 'docker.sock')
  const engine = createServer((_, response) => response.writeHead(networks.status).end(networks.body)).listen(socket)
  await once(engine, 'listening')
  const host = createHostRules()
  const config = readConfig({ TORII_HOME: home, DOCKER_HOST: `unix://${socket}` })
  await blockMetadata(config, host.run)
  try {
    expect(config.blockMetadata).toBe(false)
    await openMetadataIfEmpty(config, (place) => unblockMetadata(place, host.run))
    return await metadataIs(config, host.run)
  } finally {
    engine.close()
    await rm(home, { recursive: true })
  }
}

test.each([
  ['go with the last network, whatever the settings of whoever says `torii down`', { status: 200, body: '[]\n' }, 'open'],
  ['stay while something runs', { status: 200, body: '[{"Name":"torii-a-1_default"}]' }, 'blocked'],
  ['stay where the engine does not say', { status: 500, body: '[]' }, 'blocked'],
])('rules against cloud metadata %s', async (_, networks, is) => {
  expect(await afterDown(networks)).toBe(is)
})
