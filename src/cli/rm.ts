import type { Config } from '../config.ts'
import { rowOf } from '../deploy/failure.ts'
import type { DeploymentView } from '../deploy/view.ts'
import { oneLine } from '../text/one-line.ts'
import { askEngine } from './ask-engine.ts'
import { usageError } from './cli-error.ts'
import { context } from './context.ts'
import type { ServerOptions } from './endpoint.ts'
import { untilInterrupted } from './interrupt.ts'
import { printJson, say } from './output.ts'
import { isSomebodyThere, saysYes } from './yes-or-no.ts'

export interface RmOptions extends ServerOptions {
  volumes?: boolean
  yes?: boolean
  json?: boolean
}

export async function rm(name: string, { volumes = false, yes, json, ...server }: RmOptions): Promise<number> {
  const { api, config, remote } = context(server)
  if (!yes && !(await agreed(await api.get(name), volumes, remote ? null : config))) {
    say('Nothing was removed.')
    return rowOf('interrupted').exit
  }
  const removed = await untilInterrupted(name, 'being removed', (signal) => api.remove(name, volumes, signal))
  if (json) printJson(removed)
  else for (const line of told(removed)) say(line)
  return 0
}

async function agreed(deployment: DeploymentView, volumes: boolean, config: Config | null): Promise<boolean> {
  if (!isSomebodyThere()) throw usageError('There is nobody to ask whether to remove it.', 'Add --yes.')
  return saysYes(question(deployment, volumes, await hasVolumes(deployment, config)))
}

/** The control plane does not tell; where the engine does not either, or is another machine's (null), the question speaks of volumes. */
async function hasVolumes({ id }: DeploymentView, config: Config | null): Promise<boolean> {
  if (config === null) return true
  const filters = encodeURIComponent(JSON.stringify({ label: [`torii.deployment=${id}`] }))
  const answer = await askEngine(config, `/volumes?filters=${filters}`)
  if (answer?.status !== 200) return true
  const { Volumes } = JSON.parse(answer.body) as { Volumes?: unknown[] | null }
  return (Volumes ?? []).length > 0
}

export function question({ name, urls }: DeploymentView, volumes: boolean, any = true): string {
  const silent = urls.length === 0 ? '' : `, and ${urls.map((url) => oneLine(url)).join(' and ')} will no longer answer`
  const data = !any ? '' : volumes ? ' Its volumes and all data in them will be deleted.' : ' Its volumes will be kept.'
  return `The containers and networks of ${oneLine(name)} will be removed${silent}.${data} Remove it?`
}

function told({ name, volumesKept, volumesRemoved }: { name: string; volumesKept: string[]; volumesRemoved: string[] }): string[] {
  const lines = [`${oneLine(name)} is removed.`]
  if (volumesKept.length > 0) lines.push(`Kept: ${oneLine(volumesKept.join(', '), 1000)}; \`docker volume rm\` removes them.`)
  if (volumesRemoved.length > 0) lines.push(`Removed with their data: ${oneLine(volumesRemoved.join(', '), 1000)}.`)
  return lines
}
