import { readdir, readFile } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { realClock } from '../../../src/clock.ts'
import { dockerLines } from '../engine.ts'
import type { World } from '../world.ts'
import { formsOf } from './planted.ts'

/** Where something was seen, and what. */
export type Seen = Record<string, string>

/** `where: form` of each of these that stands in what was seen. */
export function secretsIn(seen: Seen, secrets: Record<string, string>): string[] {
  return Object.entries(seen).flatMap(([where, text]) =>
    Object.entries(secrets).flatMap(([name, secret]) => {
      const form = formsOf(secret).find((each) => text.includes(each))
      return form === undefined ? [] : [`${where}: ${name} as ${form} in …${excerpt(text, form)}…`]
    }),
  )
}

function excerpt(text: string, form: string): string {
  const at = text.indexOf(form)
  return JSON.stringify(text.slice(Math.max(0, at - 80), at + form.length + 40))
}

/** Every file of the state folder, byte by byte, but for those that hold secrets in clear on purpose. */
export async function stateOf(home: string): Promise<Seen> {
  const entries = await readdir(home, { recursive: true, withFileTypes: true })
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name))
  const told = files.filter((file) => !/^(token|key)$|^revisions\/[^/]+\/files\/|^ca\//.test(relative(home, file)))
  return Object.fromEntries(await Promise.all(told.map(async (file) => [relative(home, file), await readFile(file, 'latin1').catch(() => '')] as const)))
}

/** Everything that commands say of a deployment, for people and as JSON. */
export async function commandsOf(world: World, name: string): Promise<Seen> {
  const bundle = join(world.folder, `${name}-bundle.json`)
  const calls = [
    ...['explain', 'status', 'events', 'logs'].flatMap((command) => [
      [command, name],
      [command, name, '--json'],
    ]),
    ['explain', name, '--bundle', bundle],
    ['ls'],
    ['ls', '--json'],
    ['registry', 'ls'],
    ['registry', 'ls', '--json'],
    ['doctor', '--json'],
    ['up', '--json'],
  ]
  const said = await Promise.all(
    calls.map(async (call) => {
      const { stdout, stderr } = await world.torii(...call)
      return [`torii ${call.join(' ')}`, `${stdout}\n${stderr}`] as const
    }),
  )
  return { ...Object.fromEntries(said), bundle: await readFile(bundle, 'utf8').catch(() => '') }
}

/** Every answer of the API about a deployment, and its event and log streams. */
export async function answersOf(world: World, name: string): Promise<Seen> {
  const of = `/deployments/${name}`
  const paths = [
    ...['/deployments', of, `${of}/health`, `${of}/containers`, `${of}/revisions`, `${of}/revisions/latest`, `${of}/revisions/latest/evidence`],
    ...[`/events?deployment=${name}`, '/system', '/registries', '/tokens', '/audit'],
  ]
  const answers = await Promise.all(paths.map(async (path) => [`GET ${path}`, JSON.stringify(await world.api.ask('GET', path).catch(() => null))] as const))
  const streams = [`/events?deployment=${name}&follow=true`, `${of}/logs?tail=10000`]
  const streamed = await Promise.all(streams.map(async (path) => [`stream ${path}`, await streamOf(world, path)] as const))
  return Object.fromEntries([...answers, ...streamed])
}

/** What a stream says within a second. */
async function streamOf({ home, slot }: World, path: string): Promise<string> {
  const token = (await readFile(join(home, 'token'), 'utf8')).trim()
  const response = await fetch(`http://127.0.0.1:${slot.apiPort}/api/v1${path}`, { headers: { authorization: `Bearer ${token}` } })
  const parts: string[] = []
  const over = new AbortController()
  void realClock.sleep(1_000).then(() => over.abort())
  const decoder = new TextDecoder()
  await response.body
    ?.pipeTo(new WritableStream({ write: (chunk: Uint8Array) => void parts.push(decoder.decode(chunk, { stream: true })) }), { signal: over.signal })
    .catch(() => {})
  return parts.join('')
}

/** Labels that Torii and Compose put on containers, networks, volumes and images: what the extension wrote itself is its own. */
export async function labelsOf(world: World): Promise<Seen> {
  const mine = ['--filter', `label=torii.instance=${await world.instance()}`]
  const own = (labels: string) => labels.split(',').filter((label) => !label.includes('app.api_key='))
  const [containers, networks, volumes] = await Promise.all([
    dockerLines('ps', '--all', '--format', '{{.Names}} {{.Labels}}', ...mine),
    dockerLines('network', 'ls', '--format', '{{.Name}} {{.Labels}}', ...mine),
    dockerLines('volume', 'ls', '--format', '{{.Name}} {{.Labels}}', ...mine),
  ])
  return { labels: [...containers, ...networks, ...volumes].flatMap(own).join('\n') }
}

/** Command lines of everything that a process starts, until it is stopped. */
export function watchProcesses(ofWhom: () => Promise<number | null>) {
  const lines = new Set<string>()
  let goesOn = true
  const look = async () => {
    while (goesOn) {
      const root = await ofWhom()
      if (root !== null) for (const line of await below(root)) lines.add(line)
      await realClock.sleep(10)
    }
  }
  const looking = look()
  return {
    stop: async (): Promise<Seen> => {
      goesOn = false
      await looking
      return { 'command lines': [...lines].join('\n') }
    },
  }
}

async function below(root: number): Promise<string[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name))
  const processes = await Promise.all(
    pids.map(async (pid) => ({
      pid: Number(pid),
      parent: Number((await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '')).replace(/^.*\) /s, '').split(' ')[1]),
    })),
  )
  const family = new Set([root])
  for (const { pid, parent } of processes.toSorted((a, b) => a.pid - b.pid)) if (family.has(parent)) family.add(pid)
  return Promise.all([...family].map(async (pid) => (await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')).replaceAll('\0', ' ')))
}
