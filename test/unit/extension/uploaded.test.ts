import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { DeployError } from '../../../src/deploy/failure.ts'
import { createExtensions } from '../../../src/extension/extensions.ts'
import { createHide } from '../../../src/extension/without-place.ts'
import { aFolder, aSource, config, ref, refusalOf, resolvedOf } from './makers.ts'

const upload = { id: '0123456789abcdef0123456789abcdef', sha256: 'f'.repeat(64), bytes: 2048, entries: 2 }

/** An upload as it lies below a state folder: its files in the tree itself, or in one folder of it. */
function anUpload(files: Record<string, string>, top = '') {
  const home = aFolder()
  const folder = join(home, 'uploads', upload.id, 'tree', top)
  for (const [name, text] of Object.entries({ 'compose.yaml': 'services: {web: {image: a}}\n', ...files })) {
    mkdirSync(dirname(join(folder, name)), { recursive: true })
    writeFileSync(join(folder, name), text)
  }
  const released: string[] = []
  const room = (services: Record<string, object> = {}) =>
    createExtensions({
      ...{ config: { ...config, home }, instance: 'i', release: async (id: string) => void released.push(id) },
      compose: { config: async () => ({ yaml: resolvedOf(services), warnings: [`${folder}/compose.yaml: version is obsolete`] }) },
    })
  return { folder, home, released, room, request: { path: folder, upload } }
}

const bind = (source: string, more: object = {}) => ({ web: { image: 'a', volumes: [{ type: 'bind', source, target: '/data', ...more }] } })

describe('an upload is a folder like any other, but', () => {
  test('it says what it was made of, and is named by the folder in it', async () => {
    const { room, request } = anUpload({}, 'shop')

    const { source, notices } = await room().read(request)

    expect(source).toMatchObject({ name: 'shop', upload })
    expect(notices).toEqual([`Uploaded: 2 files and folders, 2048 bytes, sha256 ${upload.sha256}.`])
  })

  test('the folder around it is ours, and names nothing', async () => {
    const { room, request } = anUpload({})

    expect(await refusalOf(() => room().read(request))).toMatch(/no name can be made of this extension/)
  })

  test.each<[string, Record<string, string>, string?]>([
    ['a folder without a Compose file', {}, 'nothing'],
    ['a Compose file that cannot be read', { 'compose.yaml': 'services: [' }],
    ['a file that leads elsewhere', { 'compose.yaml': 'services: {web: {image: a, env_file: ../../../token}}\n' }],
  ])('nobody is told where it lies: %s', async (_, files, below = '') => {
    const { room, request, home } = anUpload(files)

    const said = await refusalOf(() => room().read({ ...request, path: join(request.path, below) }))

    expect(said).toMatch(/^(compose_invalid|policy_denied): /)
    expect(said).not.toContain(home)
  })

  test('nor by Compose’s warnings', async () => {
    const { folder, room } = anUpload({})

    const { notices } = await room({ web: { image: 'a' } }).resolve(aSource({ folder, upload }), ref, { recorded: [] })

    expect(notices).toContain('./compose.yaml: version is obsolete')
  })

  test('nor by what the policy asks of an operator, or answers to `torii policy check`', async () => {
    const { folder, home, room } = anUpload({ 'docker.sock': '' })
    const extensions = room(bind(join(folder, 'docker.sock'), { read_only: true }))
    const source = aSource({ folder, upload, policy: { profile: 'strict', rules: { engine_socket: 'ask' }, runtimes: [], allowed: [] } })

    const refusal = await extensions.resolve(source, ref, { recorded: [] }).catch((error: DeployError) => error.trouble)
    const report = await extensions.judge(source, ref, { recorded: [] }, async () => null)

    expect(refusal).toMatchObject({ reason: 'policy_denied', asks: { asked: [{ rule: 'engine_socket', found: 'volumes: ./docker.sock' }] } })
    expect(report.findings).toContainEqual(expect.objectContaining({ rule: 'engine_socket', found: 'volumes: ./docker.sock' }))
    expect(JSON.stringify([refusal, report])).not.toContain(home)
  })

  test('nothing in it is the live folder: a mount that asks to write gets a copy, and is told so', async () => {
    const { folder, room } = anUpload({ 'data/x': '' })

    const { notices } = await room(bind(join(folder, 'data'))).resolve(aSource({ folder, upload }), ref, { recorded: [] })

    expect(notices).toContain('web: /data is a copy of ./data that cannot be written, for the extension was uploaded: data belongs into a named volume.')
  })

  test('a place to write that was not even sent is refused', async () => {
    const { folder, room } = anUpload({})
    const resolved = (more: object) => room(bind(join(folder, 'data'), more)).resolve(aSource({ folder, upload }), ref, { recorded: [] })

    expect(await refusalOf(() => resolved({}))).toBe(
      'compose_invalid: The Compose file cannot be used: web mounts ./data at /data to write there, and the upload has no such folder: what it writes would have no place.',
    )
    expect((await resolved({ read_only: true })).notices).toContain('web: ./data is not there: /data will be a new, empty folder.')
  })

  test('that the next one lies elsewhere is no change', () => {
    const { folder, room } = anUpload({})
    const of = (place: string) => ({ resolved: resolvedOf(bind(`${place}/data`)), source: aSource({ folder: place, upload }) })

    expect(room().changes(of(folder), of('/srv/torii-home/uploads/other/tree'))).toEqual([])
  })

  test('it is let go of, and somebody’s own folder is not', async () => {
    const { released, room } = anUpload({})

    await room().release(aSource({ upload }))
    await room().release(aSource())

    expect(released).toEqual([upload.id])
  })
})

test.each([
  [`/var/lib/torii/uploads/${upload.id}/tree/shop/a b`, './a b'],
  [`volumes: /private/var/lib/torii/uploads/${upload.id}/tree/shop, and "/var/lib/torii/uploads/${upload.id}/tree/shop/x"`, 'volumes: ., and "./x"'],
  [`(/var/lib/torii/uploads/${upload.id}/tree)`, '(.)'],
  ['/etc/passwd', '/etc/passwd'],
])('%s is told as %s', (text, told) => {
  expect(createHide({ path: `/var/lib/torii/uploads/${upload.id}/tree/shop`, upload })(text)).toBe(told)
  expect(createHide({ path: '/srv/app' })(text)).toBe(text)
})
