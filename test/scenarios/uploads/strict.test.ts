import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect } from 'vitest'
import { archive } from '../../unit/uploads/archives.ts'
import { inAWorld } from '../scenario.ts'

/** Where the operator has written no policy. */
const test = inAWorld()

test('neither a refusal nor a look at the policy says where the upload lies', async ({ world }) => {
  await world.torii('up')
  const file = 'services: {web: {image: busybox, cap_add: [NET_ADMIN], volumes: ["./data:/data"], build: ./data}}\n'
  const token = (await readFile(join(world.home, 'token'), 'utf8')).trim()
  const sent = await fetch(`http://127.0.0.1:${world.slot.apiPort}/api/v1/uploads`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/x-tar' },
    body: Buffer.from(archive({ name: 'compose.yaml', content: file }, { name: 'data/x' })),
  })
  const { id } = (await sent.json()) as { id: string }

  const refused = await world.api.ask('POST', '/deployments', { upload: id, name: 'asks' })
  const report = await world.api.ask('POST', '/policy/check', { upload: id, name: 'asks' })

  expect(refused).toMatchObject({ status: 422, body: { reason: 'policy_denied' } })
  expect(report).toMatchObject({ status: 200, body: { findings: expect.arrayContaining([expect.objectContaining({ rule: 'strong_capability' })]) } })
  expect(JSON.stringify([refused, report])).not.toContain(world.home)
})
