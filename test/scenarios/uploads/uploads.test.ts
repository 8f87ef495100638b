import { cp, mkdir, readdir, readFile, rename, rm, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { expect } from 'vitest'
import type { RevisionView } from '../../../src/deploy/view.ts'
import { archive, type Raw } from '../../unit/uploads/archives.ts'
import { docker } from '../engine.ts'
import { inAWorld } from '../scenario.ts'
import { until } from '../until.ts'
import type { World } from '../world.ts'

/** An operator who lets other people's extensions build, and mount what they would like to write. */
const test = inAWorld({ env: () => ({ TORII_POLICY: join(import.meta.dirname, 'policy.yaml') }) })
const app = join(import.meta.dirname, 'app')

/** The control plane as another machine would name it. */
async function remotely(world: World): Promise<string[]> {
  const file = join(world.home, 'token')
  return ['--server', `http://127.0.0.1:${world.slot.apiPort}`, '--token-file', file]
}

async function token(world: World): Promise<string> {
  return (await readFile(join(world.home, 'token'), 'utf8')).trim()
}

async function send(world: World, body: Uint8Array) {
  const headers = { authorization: `Bearer ${await token(world)}`, 'content-type': 'application/x-tar' }
  const answer = await fetch(`http://127.0.0.1:${world.slot.apiPort}/api/v1/uploads`, { method: 'POST', headers, body: Buffer.from(body) })
  return { status: answer.status, body: (await answer.json()) as Record<string, unknown> }
}

const left = (world: World, folder: string) => readdir(join(world.home, folder)).catch(() => [])

test('a folder of another machine is sent, built and deployed; what is mounted is a copy that nobody can swap', async ({ world }) => {
  const folder = join(world.folder, 'shop')
  await cp(app, folder, { recursive: true })
  await world.torii('up')
  const { exit, stdout, stderr } = await world.torii('deploy', folder, '--name', 'shop', '--json', ...(await remotely(world)))
  const view = JSON.parse(stdout) as RevisionView

  expect(exit, stderr).toBe(0)
  expect(view).toMatchObject({ state: 'DEPLOYED', upload: { sha256: expect.stringMatching(/^[0-9a-f]{64}$/), bytes: expect.any(Number), entries: 7 } })
  expect(stderr).toContain('Sending 7 files and folders')
  expect(view.notices).toContainEqual(expect.stringMatching(/^Uploaded: 7 files and folders/))
  expect(view.notices).toContainEqual(expect.stringMatching(/web: \/conf is a copy of \.\/conf that cannot be written/))
  expect(stdout).not.toContain(world.home)
  await expectServed(world, view)
  expect(await left(world, 'uploads')).toEqual([])
})

test('nothing of the sender’s folder can be swapped, also when the engine restarts the container', async ({ world }) => {
  await rename(join(world.folder, 'shop/conf'), join(world.folder, 'shop/old'))
  await mkdir(join(world.folder, 'outside'))
  await symlink(join(world.folder, 'outside'), join(world.folder, 'shop/conf'))
  const { Id, Mounts } = await world.container('shop', 'web')
  await docker('restart', '--time', '0', Id)

  expect(Mounts.map(({ Source, RW }) => [Source.startsWith(join(world.home, 'revisions')), RW])).toEqual([
    [true, false],
    [true, false],
  ])
  expect(await world.exec('shop', 'web', 'cat /www/index.html /conf/page.html')).toEqual(['mounted of the upload\nmounted of the upload'])
})

test('a look ahead says the same, and leaves nothing', async ({ world }) => {
  const { exit, stdout, stderr } = await world.torii('plan', app, '--name', 'shop', '--json', ...(await remotely(world)))

  expect(exit, stderr).toBe(0)
  expect(JSON.parse(stdout)).toMatchObject({ revision: 2, live: 1, changes: [] })
  expect(stdout).not.toContain(world.home)
  expect(await left(world, 'uploads')).toEqual([])
})

test.for<[string, Raw[]]>([
  ['climbs out', [{ name: '../x' }]],
  ['names an absolute path', [{ name: '/etc/x' }]],
  ['has a link', [{ name: 'x', type: '2', linkname: '/etc/passwd' }]],
  ['has a hard link', [{ name: 'x', type: '1', linkname: 'y' }]],
  ['has a device', [{ name: 'x', type: '3' }]],
  ['has two names for one', [{ name: 'compose.yaml' }, { name: 'Compose.yaml' }]],
  ['lies about its size', [{ name: 'x', size: 1024 ** 3 }]],
])('an upload that %s is refused', async ([, entries], { world }) => {
  const { status, body } = await send(world, archive(...entries))

  expect([status, body]).toMatchObject([422, { reason: 'upload_refused', sentence: expect.any(String), fix: expect.any(String) }])
  expect(await left(world, 'uploads')).toEqual([])
})

test('what is refused of its Compose file names no folder of the control plane', async ({ world }) => {
  const { body } = await send(world, archive({ name: 'compose.yaml', content: 'services: {web: {image: busybox, volumes: ["./data:/data", "/etc:/x"]}}\n' }))
  const refused = await world.api.ask<{ sentence: string; fix: string }>('POST', '/deployments', { upload: body['id'], name: 'refused' })

  expect(refused).toMatchObject({ status: 422 })
  expect(JSON.stringify(refused.body)).not.toContain(world.home)
  expect((await world.api.ask('DELETE', `/uploads/${String(body['id'])}`)).status).toBe(200)
})

test('killed while it pulls: the next one goes on with the upload, and then lets go of it', async ({ world }) => {
  const folder = join(world.folder, 'slow')
  await cp(app, folder, { recursive: true })
  await rm(join(folder, 'web/Dockerfile'))
  await world.write(
    'slow/web/Dockerfile',
    `FROM busybox:stable\nRUN echo ${Date.now()} && sleep 4\nCOPY built.txt /www/\nCMD ["httpd", "-f", "-p", "8000", "-h", "/www"]\n`,
  )
  const begun = await world.torii('deploy', folder, '--name', 'slow', '--no-wait', ...(await remotely(world)))
  expect(begun.exit, begun.stderr).toBe(0)
  await world.api.event('slow', 'image', ({ step }) => step === 'building')

  await world.kill9()
  const waiting = await left(world, 'uploads')
  await rm(folder, { recursive: true })
  await world.restart()
  await world.api.event('slow', 'state', ({ state }) => state === 'DEPLOYED')

  expect(waiting).toHaveLength(1)
  await expectServed(world, (await world.api.revision('slow')) as RevisionView)
  await until('no upload', async () => (await left(world, 'uploads')).length === 0)
})

test('killed while nothing was made of it: it waits for its hour, and what is half there goes', async ({ world }) => {
  const { body } = await send(world, archive({ name: 'compose.yaml', content: 'services: {web: {image: busybox}}\n' }))
  await mkdir(join(world.home, 'uploads/half/tree'), { recursive: true })
  await world.kill9()
  await world.restart()

  expect(await left(world, 'uploads')).toEqual([body['id']])
  expect((await world.api.ask('DELETE', `/uploads/${String(body['id'])}`)).status).toBe(200)
})

test('nothing is left when they are removed', async ({ world }) => {
  for (const name of ['shop', 'slow']) await world.torii('rm', name, '--yes')

  for (const folder of ['uploads', 'revisions', 'builds']) expect(await left(world, folder)).toEqual([])
})

async function expectServed(world: World, { urls }: RevisionView): Promise<void> {
  for (const url of urls) {
    expect(await world.fetch(url)).toMatchObject({ status: 200, body: 'mounted of the upload\n' })
    expect(await world.fetch(`${url}built.txt`)).toMatchObject({ status: 200, body: 'built of the upload\n' })
  }
}
