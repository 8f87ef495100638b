import { type ChildProcessByStdio, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, readdirSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import { beforeEach, expect, test } from 'vitest'
import { allRevisions } from '../fakes/all-revisions.ts'
import { newFolder, openIn } from './store-folder.ts'
import { unusable } from './store-makers.ts'

type Child = ChildProcessByStdio<null, Readable, null>

const script = join(import.meta.dirname, 'store-child.ts')
let folder: string

beforeEach(() => {
  folder = newFolder()
})

test.each([40, 101, 222])('the store loses nothing that was acknowledged when it is killed after %i writes', async (writes) => {
  const child = writer()
  const said = await linesUntilKilled(child, writes)

  const store = await openIn(folder)
  const steady = { deployment: 'steady', revision: 1 }
  const notices = (await store.events({ deployment: 'steady' })).flatMap(({ event }) => (event.type === 'notice' ? [Number(event.text)] : []))
  const [attempts] = await store.attempts(steady)
  const failed = (await allRevisions(store, { removed: false })).filter(({ state }) => state === 'FAILED')
  const kept = (await store.revision(steady))?.begun['probe']

  expect(notices).toEqual(notices.map((_, at) => at + 1))
  expect(said('told')).toContain(notices.length)
  expect(said('tried')).toContain(attempts?.total)
  expect(said('kept')).toContain(kept)
  expect(said('moved')).toContain(failed.length)
  await store.close()
})

test('the store belongs to one process at a time, and to the next as soon as that one is killed', async () => {
  const child = writer()
  await once(child.stdout, 'data')

  const refused = await unusable(openIn(folder))
  child.kill('SIGKILL')
  await once(child, 'close')

  expect(refused).toBe(`${join(folder, 'torii.db')} belongs to another process: one control plane works on it at a time. \`torii down\` ends it.`)
  await (await openIn(folder)).close()
})

test('the store is for its owner’s eyes only, whatever the umask and whatever it was', async () => {
  const child = writer()
  await once(child.stdout, 'data')
  const modes = modesIn(folder)
  child.kill('SIGKILL')
  await once(child, 'close')
  for (const name of readdirSync(folder)) chmodSync(join(folder, name), 0o644)

  const store = await openIn(folder)

  expect(modes).toEqual({ key: '600', 'torii.db': '600', 'torii.db-wal': '600' })
  expect(modesIn(folder)).toEqual(modes)
  await store.close()
})

const own = process.getuid?.() === 0 ? ['--mount'] : ['--user', '--map-root-user', '--mount']
const mount = 'mount -t tmpfs -o size=1m none "$1" && exec "$2" "$3" fill "$1"'
const mayMount = spawnSync('unshare', [...own, 'mount', '-t', 'tmpfs', 'none', tmpdir()]).status === 0

test.skipIf(!mayMount)('the store survives a full disk: what was refused never was, what came before and after is there', () => {
  const { stdout, stderr } = spawnSync('unshare', [...own, 'sh', '-c', mount, 'sh', folder, process.execPath, script], { encoding: 'utf8' })

  expect(stderr).toBe('')
  expect(JSON.parse(stdout)).toEqual({ why: 'disk_full', moving: 'disk_full', whenFull: ['UNINITIALIZED', true], state: 'PULLING_IMAGES', same: true })
})

function writer(): Child {
  return spawn(process.execPath, [script, 'write', folder], { stdio: ['ignore', 'pipe', 'inherit'] })
}

/** Answers for each kind of write how often it may have happened: as often as was said, or once more, unsaid. */
async function linesUntilKilled(child: Child, many: number): Promise<(kind: string) => number[]> {
  const lines: string[] = []
  for await (const line of createInterface({ input: child.stdout })) {
    lines.push(line)
    if (lines.length === many) child.kill('SIGKILL')
  }
  return (kind) => {
    const acknowledged = lines.filter((line) => line.startsWith(`["${kind}"`)).length
    return [acknowledged, acknowledged + 1]
  }
}

function modesIn(folder: string): Record<string, string> {
  return Object.fromEntries(readdirSync(folder).map((name) => [name, (statSync(join(folder, name)).mode & 0o777).toString(8)]))
}
