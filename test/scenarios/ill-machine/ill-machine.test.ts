import { readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createServer } from 'node:tls'
import { execa } from 'execa'
import { expect, test } from 'vitest'
import { issueAuthority, issueLeaf } from '../../../src/traefik/issue.ts'
import { docker } from '../engine.ts'
import { expectFailure, expectRefusal } from '../expect-failure.ts'
import { anIllEngine } from '../ill-engine.ts'
import { until } from '../until.ts'
import { aWorld, type World } from '../world.ts'

const folder = (name: string) => join(import.meta.dirname, name)
const impatient = { KAMIWAZA_EXTENSION_PROBE_TIMEOUT: '10', KAMIWAZA_EXTENSION_PROBE_INTERVAL: '0.5' }
/** Each has a control plane and a proxy of its own. */
const patience = 180_000
const mayMount = (await execa('unshare', ['--mount', 'mount', '-t', 'tmpfs', 'none', '/mnt'], { reject: false })).exitCode === 0

test.concurrent('an engine that answers with an error is engine_error, in its words, and no service is blamed', { timeout: patience }, async () => {
  await using world = await aWorld({ env: (place) => ({ DOCKER_HOST: `unix://${place.folder}/engine.sock` }) })
  await using engine = await anIllEngine(join(world.folder, 'engine.sock'), 'write /var/lib/docker/network/files/local-kv.db: input/output error')
  const deploying = world.deploying(folder('held'), { name: 'shop' })
  await started(world)
  engine.ill = true
  const deployed = await deploying.ended
  engine.ill = false
  await world.torii('rm', 'shop', '--yes')
  await world.torii('down')

  expectFailure(deployed, { exit: 7, reason: 'engine_error', service: null, says: /answered with an error: .*500, .*local-kv\.db: input\/output error/ })
})

test.concurrent('a stranger with a certificate of his own where the proxy should be is tls_error, and the app is not blamed', {
  timeout: patience,
}, async () => {
  await using world = await aWorld({ env: () => impatient })
  const deploying = world.deploying(folder('held'), { name: 'shop' })
  await started(world)
  await docker('rm', '--force', await world.proxy())
  await using _ = await aStranger(world.slot.httpsPort)
  await world.exec('shop', 'web', 'touch /tmp/ready')

  expectFailure(await deploying.ended, { exit: 6, reason: 'tls_error', service: null, says: /certificate/ })
})

test.concurrent('a volume of somebody else with the name of ours is name_conflict, and is not touched', { timeout: patience }, async () => {
  await using world = await aWorld()
  const first = await world.deploy(folder('kept'), { name: 'tool-shop' })
  await world.torii('rm', 'tool-shop', '--yes')
  const volume = `torii-${first.document.deployment.id}_data`
  await docker('volume', 'rm', volume)
  await docker('volume', 'create', volume)
  const second = await world.deploy(folder('kept'), { name: 'tool-shop' })
  await docker('volume', 'rm', volume)

  expectFailure(second, { exit: 7, reason: 'name_conflict', service: null, says: new RegExp(`the volume ${volume} exists and is not`) })
})

test.concurrent('what nobody expected is internal: the sentence tells nothing of it, and server.log does', { timeout: patience }, async () => {
  await using world = await aWorld()
  await world.torii('up')
  const revisions = join(world.home, 'revisions')
  await rename(revisions, `${revisions}-aside`).catch(() => {})
  await writeFile(revisions, 'a file, where Torii has a folder')
  const deployed = await world.deploy(folder('config'), { name: 'shop' })
  const log = await readFile(join(world.home, 'server.log'), 'utf8')
  await rm(revisions)

  expectFailure(deployed, { exit: 1, reason: 'internal', service: null, says: 'Torii made a mistake of its own; the extension is not to blame.' })
  expect(log).toContain('ENOTDIR')
})

test.concurrent('a disk that is full is disk_full: refused before anything is recorded, and the next one passes when there is space', {
  skip: !mayMount,
  timeout: patience,
}, async () => {
  await using world = await aWorld()
  await execa('mkdir', ['-m', '700', world.home])
  await using disk = await aSmallDisk(world.home)
  await world.torii('up')
  await disk.fill()
  const refused = await world.deploy(folder('kept'), { name: 'tool-shop' })
  const log = await readFile(join(world.home, 'server.log'), 'utf8')
  await disk.empty()
  const deployed = await world.deploy(folder('kept'), { name: 'tool-shop' })
  await world.torii('rm', 'tool-shop', '--volumes', '--yes')
  await world.torii('down')

  expect(refused.exit, log).toBe(7)
  expectRefusal(refused, { exit: 7, reason: 'disk_full', service: null, says: /^The disk is full: .*(could not be written|no space left on device)/ })
  expect(refused.document.state, log).toBeNull()
  expect(deployed).toMatchObject({ exit: 0, document: { state: 'DEPLOYED', revision: 1 } })
})

async function started(world: World): Promise<void> {
  await world.api.event('shop', 'container', ({ step }) => step === 'started')
}

/** Another authority's server, on the port of the proxy as soon as that is free. */
async function aStranger(port: number): Promise<AsyncDisposable> {
  const pem = await issueLeaf(await issueAuthority(Date.now()), ['localhost'], Date.now())
  const server = createServer({ key: pem, cert: pem }, (socket) => socket.end('HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n'))
  server.on('tlsClientError', () => {})
  const listening = () =>
    new Promise<boolean>((resolve) => {
      server.once('error', () => resolve(false))
      server.listen({ port, host: '127.0.0.1' }, () => resolve(true))
    })
  await until(`port ${port}`, listening)
  return { [Symbol.asyncDispose]: () => new Promise((resolve) => server.close(() => resolve())) }
}

async function aSmallDisk(path: string) {
  await execa('mount', ['-t', 'tmpfs', '-o', 'size=4m,mode=700', 'none', path])
  const freight = join(path, 'freight')
  return {
    fill: () => execa('dd', ['if=/dev/zero', `of=${freight}`, 'bs=4k'], { reject: false }),
    empty: () => rm(freight),
    [Symbol.asyncDispose]: async () => void (await execa('umount', [path])),
  }
}
