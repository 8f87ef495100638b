import { copyFile, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { expect } from 'vitest'
import type { Reason } from '../../../src/deploy/failure.ts'
import { inAWorld } from '../scenario.ts'
import type { World } from '../world.ts'
import { hostileFolder, secrets, steering } from './hostile.ts'

const test = inAWorld({ env: () => ({ KAMIWAZA_EXTENSION_PROBE_TIMEOUT: '5' }) })

test.concurrent.for<[string, Reason | null]>([
  ['exits', 'container_exited'],
  ['ill', 'container_unhealthy'],
  ['tells-in-its-check', null],
  ['talks', null],
  ['answers', 'app_error'],
  ['is-not-built', 'build_failed'],
  ['is-not-there', 'start_failed'],
  ['is-misspelt', 'compose_invalid'],
])(
  'one that %s with everything hostile: no secret is to be seen in what Torii says, and nothing in it steers a terminal',
  { timeout: 120_000 },
  async ([name, reason], { world }) => {
    const folder = await hostileFolder(world.folder, name)
    const drawn = await world.torii('deploy', folder, '--name', name, '--env', `PASSWORD=${secrets.PASSWORD}`)
    const deployed = await world.deploy(folder, { name, env: { PASSWORD: secrets.PASSWORD } })
    const told = { ...(await toldOf(world, name)), drawn: both(drawn), document: both(deployed) }

    expect(deployed.document.failure?.reason ?? null, both(drawn)).toBe(reason)
    for (const [where, text] of Object.entries(told)) expect({ where, ...hostileIn(text) }).toEqual({ where, secrets: [], steers: null })
    expect(JSON.stringify(deployed.document).length).toBeLessThan(100_000)
  },
)

test('nor is there any in server.log, nor in what the record keeps of their words', async ({ world }) => {
  const log = await readFile(join(world.home, 'server.log'), 'utf8')
  const rows = await recordOf(world)

  expect(hostileIn(log)).toEqual({ secrets: [], steers: null })
  expect(rows.length).toBeGreaterThan(20)
  for (const { of, text } of rows) expect({ of, ...hostileIn(text) }).toEqual({ of, secrets: [], steers: null })
})

function hostileIn(text: string) {
  const found = steering.exec(text)
  return {
    secrets: Object.values(secrets).filter((secret) => text.includes(secret)),
    steers: found === null ? null : JSON.stringify(text.slice(Math.max(0, found.index - 40), found.index + 40)),
  }
}

function both({ stdout, stderr }: { stdout: string; stderr: string }): string {
  return `${stdout}\n${stderr}`
}

/** Everything that commands and answers say of a deployment. */
async function toldOf(world: World, name: string): Promise<Record<string, string>> {
  const commands = ['explain', 'status', 'events', 'logs'].flatMap((command) => [[command], [command, '--json']])
  const said = await Promise.all(
    commands.map(async ([command = '', ...more]) => [[command, ...more].join(' '), both(await world.torii(command, name, ...more))] as const),
  )
  const paths = [
    `/deployments/${name}`,
    `/deployments/${name}/revisions/latest`,
    `/deployments/${name}/revisions/latest/evidence`,
    `/events?deployment=${name}`,
  ]
  const answers = await Promise.all(paths.map(async (path) => [path, JSON.stringify((await world.api.ask('GET', path)).body)] as const))
  return Object.fromEntries([...said, ...answers])
}

/** The rows of what was seen. A revision's source and model have the variables themselves: without them it could not be started again. */
async function recordOf(world: World): Promise<{ of: string; text: string }[]> {
  const copy = join(world.folder, 'copy.db')
  for (const end of ['', '-wal']) await copyFile(join(world.home, `torii.db${end}`), `${copy}${end}`).catch(() => {})
  using database = new DatabaseSync(copy)
  const rowsOf = (table: string, column: string) =>
    database
      .prepare(`SELECT ${column} AS text FROM ${table} WHERE ${column} IS NOT NULL`)
      .all()
      .map(({ text }) => ({ of: `${table}.${column}`, text: String(text) }))
  return [...rowsOf('events', 'event'), ...rowsOf('attempts', 'attempt'), ...rowsOf('evidence', 'evidence'), ...rowsOf('revisions', 'failure')]
}
