import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect } from 'vitest'
import type { Asks, PolicyReport } from '../../../src/deploy/consent.ts'
import type { RevisionView } from '../../../src/deploy/view.ts'
import { documentOf } from '../command-line.ts'
import { docker } from '../engine.ts'
import { inAWorld } from '../scenario.ts'
import type { World } from '../world.ts'

const test = inAWorld()
const app = join(import.meta.dirname, 'app')
const strong = 'strong_capability'

interface Limits {
  PidsLimit: number
  Memory: number
  NanoCpus: number
  SecurityOpt: string[]
  CapAdd: string[]
  CapDrop: string[]
  LogConfig: { Type: string; Config: Record<string, string> }
}

/** The extension in a folder of the world, with one thing changed. */
async function copyOf(world: World, change: (compose: string) => string = same): Promise<string> {
  await world.write('shop/compose.yaml', change(await readFile(join(app, 'compose.yaml'), 'utf8')))
  await world.write('shop/www/index.html', 'hello\n')
  return join(world.folder, 'shop')
}

const same = (compose: string) => compose

async function limitsOf(world: World): Promise<Limits> {
  const { Id } = await world.container('shop', 'web')
  return JSON.parse(await docker('inspect', '--format', '{{json .HostConfig}}', Id)) as Limits
}

test('what needs a consent is refused without one: nothing is recorded, and the way to give it is said', async ({ world }) => {
  const { exit, document, stderr } = await world.deploy(await copyOf(world), { name: 'shop' })

  expect(exit).toBe(3)
  expect(document).toMatchObject({ state: null, failure: { reason: 'policy_denied', service: 'web' } })
  expect((document as RevisionView & { asks?: Asks }).asks).toMatchObject({ asked: [{ rule: strong, service: 'web', found: 'cap_add: NET_ADMIN' }] })
  expect(stderr).toContain('--allow strong_capability')
  expect(await world.api.deployment('shop')).toBeNull()
})

test('a judged folder says every finding, and what each profile decides', async ({ world }) => {
  const folder = await copyOf(world)
  const judged = await world.torii('policy', 'check', folder, '--json')
  const allowed = await world.torii('policy', 'check', folder, '--allow', strong)

  const report = documentOf<PolicyReport>(judged)
  expect(report).toMatchObject({ profile: 'developer', refused: true, unseen: [] })
  expect(report.findings.map(({ rule, decision, strict }) => [rule, decision, strict])).toEqual([
    [strong, 'ask', 'ask'],
    ['root_user', 'warn', 'warn'],
  ])
  expect([judged.exit, allowed.exit]).toEqual([3, 0])
})

test('allowed by its name it is DEPLOYED, and that is said', async ({ world }) => {
  const { exit, document } = await world.deploy(await copyOf(world), { name: 'shop', allow: ['strong-capability'] })

  expect(exit, document.failure?.sentence).toBe(0)
  expect(document.notices).toContainEqual(expect.stringMatching(/^web: cap_add: NET_ADMIN: allowed for this deploy \(strong_capability\)/))
  expect((await world.fetch(document.urls[0] ?? '')).body).toBe('hello\n')
})

test('what the file leaves open is bounded, also a limit that no number can hold', async ({ world }) => {
  const limits = await limitsOf(world)
  const engine = JSON.parse(await docker('info', '--format', '{{json .}}')) as { MemTotal: number; NCPU: number }

  expect(limits).toMatchObject({ PidsLimit: 2048, SecurityOpt: ['no-new-privileges:true'], CapAdd: ['NET_ADMIN'] })
  expect(limits.CapDrop).toEqual(['AUDIT_WRITE', 'MKNOD', 'NET_RAW', 'SYS_CHROOT'])
  expect(limits.LogConfig).toEqual({ Type: 'json-file', Config: { 'max-size': '10m', 'max-file': '3' } })
  expect(limits.Memory).toBeGreaterThan(0)
  expect(limits.Memory).toBeLessThanOrEqual(engine.MemTotal * 0.8)
  expect(limits.NanoCpus).toBeLessThan(engine.NCPU * 1e9)
  expect(await world.exec('shop', 'web', 'chroot / true 2>&1 || echo refused')).toEqual([expect.stringContaining('refused')])
})

test('the plan says what is added', async ({ world }) => {
  const { stdout } = await world.torii('plan', await copyOf(world), '--name', 'shop')

  expect(stdout).toMatch(/every container: at most 2048 processes; at most .* of memory; .*no new privileges; without AUDIT_WRITE, MKNOD, NET_RAW, SYS_CHROOT/)
})

test('the same model again asks nothing, also of a control plane that was killed; a stop and a start do not either', async ({ world }) => {
  await world.kill9()
  await world.restart()
  const again = await world.deploy(await copyOf(world), { name: 'shop' })
  const stopped = await world.torii('stop', 'shop')
  const started = await world.torii('start', 'shop')

  expect([again.exit, again.document.revision, stopped.exit, started.exit], again.document.failure?.sentence).toEqual([0, 2, 0, 0])
  expect(again.document.notices).toContainEqual(
    expect.stringMatching(/^web: cap_add: NET_ADMIN: allowed by a consent of \d{4}-\d\d-\d\d \(strong_capability\)/),
  )
})

test('any change asks again, and leaves what serves as it is', async ({ world }) => {
  const folder = await copyOf(world, (compose) => compose.replace('[NET_ADMIN]', '[NET_ADMIN, SYS_NICE]'))
  const changed = await world.deploy(folder, { name: 'shop' })

  expect([changed.exit, changed.document.failure?.reason]).toEqual([3, 'policy_denied'])
  expect(await world.api.deployment('shop')).toMatchObject({ live: 2, open: 2 })
})

test('over the API the answer goes back with the model’s hash, and counts for no other', async ({ world }) => {
  const path = await copyOf(world, (compose) => compose.replace('[NET_ADMIN]', '[NET_ADMIN, SYS_NICE]'))
  const submit = (consent?: object) => world.api.ask<{ asks?: Asks; revision?: number }>('POST', '/deployments', { path, name: 'shop', ...consent })
  const { status, body } = await submit()
  const { model = '' } = body.asks ?? {}
  const foreign = await submit({ consent: { model: '0'.repeat(64), rules: [strong] } })
  const given = await submit({ consent: { model, rules: [strong] } })

  expect([status, foreign.status, given.status, given.body.revision]).toEqual([422, 422, 202, 3])
  await world.api.event('shop', 'state', ({ state }) => state === 'DEPLOYED', { revision: 3 })
})

test('a port of the host is published only where it was allowed, and two revisions of it take turns', async ({ world }) => {
  const port = world.slot.spare[0] ?? 0
  const withPort = (compose: string) => compose.replace('expose: ["8000"]', `ports: ["127.0.0.1:${port}:8000"]`).replace('    cap_add: [NET_ADMIN]\n', '')
  const stripped = await world.deploy(await copyOf(world, withPort), { name: 'shop' })
  const first = await world.deploy(await copyOf(world, withPort), { name: 'shop', allow: ['host-ports'] })
  const answer = await fetch(`http://127.0.0.1:${port}/`).then((each) => each.text())
  const second = await world.deploy(await copyOf(world, withPort), { name: 'shop', allow: ['host-ports'] })

  expect([stripped.exit, first.exit, second.exit], second.document.failure?.sentence).toEqual([0, 0, 0])
  expect(stripped.document.notices).toContainEqual(expect.stringContaining('ports of the host are not published'))
  expect(first.document.notices).toContainEqual(`web: its port 8000 is published at 127.0.0.1:${port}, past the proxy.`)
  expect(answer).toBe('hello\n')
  expect(second.document.notices).toContainEqual(expect.stringContaining(`because both use port ${port} of the host`))
})

test('what is denied can be allowed for one deploy, and is not remembered', async ({ world }) => {
  const folder = await copyOf(world, (compose) => compose.replace('cap_add: [NET_ADMIN]', 'privileged: true'))
  const named = await world.deploy(folder, { name: 'shop', allow: ['privileged'] })
  const unnamed = await world.deploy(folder, { name: 'shop' })

  expect([named.exit, unnamed.exit, unnamed.document.failure?.reason], named.document.failure?.sentence).toEqual([0, 3, 'policy_denied'])
  expect((await limitsOf(world)).CapDrop).toBeNull()
})
