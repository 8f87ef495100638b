import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { inject } from 'vitest'
import { createApi } from './api.ts'
import { createCommandLine, type DeployOptions } from './command-line.ts'
import { docker, dockerLines, type Inspected, inspected } from './engine.ts'
import { type Ask, httpsAnswer } from './https.ts'
import { leftoversOf, sweep } from './leftovers.ts'
import { type Polling, poll } from './poll.ts'
import { aSlot, type Slot } from './slot.ts'
import { until } from './until.ts'

export interface WorldOptions {
  /** On top of the clean environment of every command and of the server. */
  env?: (place: Slot & { folder: string }) => Record<string, string>
}

export type World = Awaited<ReturnType<typeof aWorld>>

/**
 * A control plane of its own: state folder, ports, addresses and proxy that no other world has. Nothing runs before the first command.
 * When it is disposed of everything goes, and it throws if Torii itself had left something of its instance behind.
 */
export async function aWorld({ env: given }: WorldOptions = {}) {
  const slot = await aSlot()
  const folder = await mkdtemp(join(tmpdir(), 'torii-scenario-'))
  const home = join(folder, 'state')
  const env: Record<string, string> = {
    PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
    HOME: folder,
    TORII_HOME: home,
    TORII_API_PORT: String(slot.apiPort),
    TORII_PROXY_API_PORT: String(slot.proxyApiPort),
    TORII_HTTPS_PORT: String(slot.httpsPort),
    TORII_PORTS: `${slot.ports.first}-${slot.ports.last}`,
    TORII_SUBNET_POOL: slot.subnetPool,
    ...given?.({ ...slot, folder }),
  }
  const commandLine = createCommandLine({ checkout: inject('checkout'), cwd: folder, env })
  const { torii } = commandLine
  const api = createApi({ home, port: slot.apiPort })
  const names = new Set<string>()
  const ids = new Map<string, string>()
  let ca: Promise<string> | null = null

  const instance = () =>
    readFile(join(home, 'instance'), 'utf8').then(
      (text) => text.trim(),
      () => null,
    )
  const authority = () => (ca ??= torii('ca').then(({ stdout }) => stdout))
  const serverPid = () => readFile(join(home, 'server.pid'), 'utf8').then(Number, () => null)
  const known = <T extends { document: { deployment: { id: string | null; name: string | null } } }>(deployed: T): T => {
    const { id, name } = deployed.document.deployment
    if (name !== null) names.add(name)
    if (id !== null && name !== null) ids.set(name, id)
    return deployed
  }
  const deploying = (path: string, options?: DeployOptions) => {
    if (options?.name !== undefined) names.add(options.name)
    const { ended, ...running } = commandLine.deploying(path, options)
    const over = ended.then(known)
    // A scenario that failed before it looked has its own error.
    over.catch(() => {})
    return { ...running, ended: over }
  }
  /** Also while nobody answers. */
  const idOf = async (name: string) => {
    const found = await api.deployment(name)
    if (found !== null) ids.set(name, found.id)
    return ids.get(name) ?? 'unknown'
  }
  const containers = async (name?: string): Promise<Inspected[]> => {
    const labels = [`torii.instance=${await instance()}`, name === undefined ? 'torii.service' : `torii.deployment=${await idOf(name)}`]
    return inspected(await dockerLines('ps', '--all', '--quiet', ...labels.flatMap((label) => ['--filter', `label=${label}`])))
  }
  const polls: Polling[] = []

  const end = async () => {
    await Promise.all(polls.map((each) => each.stop()))
    commandLine.end()
    const mark = await instance()
    if (mark !== null) for (const name of (await torii('ls', '--quiet')).stdout.split('\n')) if (name !== '') names.add(name)
    await Promise.all([...names].map((name) => torii('rm', name, '--volumes', '--yes')))
    await torii('down')
    const left = mark === null ? [] : await leftoversOf(home, mark)
    if (mark !== null) await sweep(home, mark, { deployments: [...ids.values()], registries: slot.spare.map((port) => `127.0.0.1:${port}`) })
    await rm(folder, { recursive: true, force: true })
    await slot.free()
    if (left.length > 0) throw new Error(`Torii left behind:\n  ${left.join('\n  ')}`)
  }

  return {
    ...{ folder, home, env, slot, api, torii, instance, authority, deploying, containers, begin: commandLine.begin },
    deploy: (path: string, options?: DeployOptions) => deploying(path, options).ended,
    /** One HTTPS request through the proxy, its certificate verified against `torii ca`. */
    fetch: async (url: string, ask?: Ask) => httpsAnswer(url, await authority(), ask),
    /** Asks these addresses again and again until it is stopped. */
    poll: async (urls: string[]): Promise<Polling> => {
      const polling = poll(urls, await authority())
      polls.push(polling)
      return polling
    },
    /** Kills the control plane without a word. */
    kill9: async () => {
      const pid = await serverPid()
      if (pid === null) throw new Error('no control plane runs')
      process.kill(pid, 'SIGKILL')
      await until('the end of the killed control plane', () =>
        readFile(`/proc/${pid}/cmdline`).then(
          (text) => text.length === 0,
          () => true,
        ),
      )
    },
    restart: () => torii('up', '--json'),
    /** What Traefik itself says that it routes. */
    routers: async () =>
      (await fetch(`http://127.0.0.1:${slot.proxyApiPort}/api/http/routers`).then((answer) => answer.json())) as { name: string; service: string }[],
    proxy: async () => `torii-proxy-${await instance()}`,
    /** One container of a service. */
    container: async (name: string, service: string) => {
      const found = (await containers(name)).filter(({ Config }) => Config.Labels['torii.service'] === service)
      if (found[0] === undefined) throw new Error(`${name} has no container of ${service}`)
      return found[0]
    },
    /** Waits until nothing but this revision is left: the others are removed in the background. */
    alone: async (name: string, revision: number) => {
      const isIt = ({ Config }: Inspected) => Config.Labels['torii.revision'] === String(revision)
      await until(`revision ${revision} alone`, async () => (await containers(name)).every(isIt), { every: 100 })
    },
    /** Names of the networks of a deployment, by its id. */
    networks: async (id: string) => dockerLines('network', 'ls', '--format', '{{.Name}}', '--filter', `label=torii.deployment=${id}`),
    /** Runs a shell line in every running container of a service. */
    exec: async (name: string, service: string, line: string) => {
      const running = (await containers(name)).filter(({ Config, State }) => Config.Labels['torii.service'] === service && State.Status === 'running')
      if (running.length === 0) throw new Error(`${name} has no running container of ${service}`)
      return Promise.all(running.map(({ Id }) => docker('exec', Id, 'sh', '-c', line)))
    },
    /** A file below the world's own folder, which is the home of its user. Answers its path. */
    write: async (file: string, content: string) => {
      await mkdir(dirname(join(folder, file)), { recursive: true })
      await writeFile(join(folder, file), content)
      return join(folder, file)
    },
    /** For a failure: what the control plane and the engine say. */
    evidence: async () => {
      const log = await readFile(join(home, 'server.log'), 'utf8').catch(() => 'there is none')
      const mark = await instance()
      const ps = mark === null ? '' : await docker('ps', '--all', '--filter', `label=torii.instance=${mark}`)
      return `last calls:\n${commandLine.lastCalls()}\n\nserver.log:\n${log.split('\n').slice(-25).join('\n')}\n\ndocker ps:\n${ps}`
    },
    [Symbol.asyncDispose]: end,
  }
}
