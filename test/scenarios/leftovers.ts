import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { dockerLines } from './engine.ts'

const mine = (instance: string) => ['--filter', `label=torii.instance=${instance}`]

/** What is still there of an instance after everything of it was removed, as sentences. */
export async function leftoversOf(home: string, instance: string): Promise<string[]> {
  const [containers, networks, volumes, files, processes] = await Promise.all([
    dockerLines('ps', '--all', '--format', 'container {{.Names}} ({{.Status}})', ...mine(instance)),
    dockerLines('network', 'ls', '--format', 'network {{.Name}}', ...mine(instance)),
    dockerLines('volume', 'ls', '--format', 'volume {{.Name}}', ...mine(instance)),
    readdir(join(home, 'revisions')).catch(() => []),
    processesOf(home),
  ])
  return [...containers, ...networks, ...volumes, ...files.map((file) => `file revisions/${file}`), ...processes.map((pid) => `process ${pid}`)]
}

export interface Made {
  /** Ids: what was built for them is called after them. */
  deployments: string[]
  /** Addresses that only this world pulls from. */
  registries: string[]
}

/** Whatever came of it: nothing of this instance stays on this machine. */
export async function sweep(home: string, instance: string, made: Made): Promise<void> {
  for (const pid of await processesOf(home)) process.kill(Number(pid), 'SIGKILL')
  await removeAll(['rm', '--force', '--volumes'], await dockerLines('ps', '--all', '--quiet', ...mine(instance)))
  await removeAll(['network', 'rm'], await dockerLines('network', 'ls', '--quiet', ...mine(instance)))
  await removeAll(['volume', 'rm'], await dockerLines('volume', 'ls', '--quiet', ...mine(instance)))
  await removeAll(['rmi', '--force'], await imagesOf(made))
}

async function removeAll(command: string[], names: string[]): Promise<void> {
  if (names.length > 0) await dockerLines(...command, ...names)
}

async function imagesOf({ deployments, registries }: Made): Promise<string[]> {
  const prefixes = [...deployments.map((id) => `torii/${id.replaceAll('-', '').slice(0, 12)}-`), ...registries.map((address) => `${address}/`)]
  const all = await dockerLines('images', '--all', '--format', '{{.Repository}}:{{.Tag}} {{.ID}}')
  return all.filter((image) => prefixes.some((prefix) => image.startsWith(prefix))).map((image) => image.replace(/^.*:<none> /, '').replace(/ .*$/, ''))
}

/** Processes that live in that state folder. */
async function processesOf(home: string): Promise<string[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name))
  const environments = await Promise.all(pids.map((pid) => readFile(`/proc/${pid}/environ`, 'utf8').catch(() => '')))
  return pids.filter((_, i) => environments[i]?.split('\0').includes(`TORII_HOME=${home}`))
}
