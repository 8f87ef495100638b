import type { DeploymentView } from '../deploy/view.ts'
import { oneLine } from '../text/one-line.ts'
import { usageError } from './cli-error.ts'
import { context } from './context.ts'
import { printJson, say } from './output.ts'

export interface RmOptions {
  volumes?: boolean
  yes?: boolean
  json?: boolean
}

export async function rm(name: string, { volumes = false, yes, json }: RmOptions): Promise<number> {
  const { api } = context()
  if (!yes && !(await agreed(await api.get(name), volumes))) return 1
  const removed = await api.remove(name, volumes)
  if (json) printJson(removed)
  else for (const line of told(removed)) say(line)
  return 0
}

async function agreed(deployment: DeploymentView, volumes: boolean): Promise<boolean> {
  if (!process.stdin.isTTY || !process.stderr.isTTY) throw usageError('There is nobody to ask whether to remove it.', 'Add --yes.')
  const { createInterface } = await import('node:readline/promises')
  const terminal = createInterface({ input: process.stdin, output: process.stderr })
  const answer = await terminal.question(`${question(deployment, volumes)} [y/N] `).finally(() => terminal.close())
  return /^y(es)?$/i.test(answer.trim())
}

export function question({ name, urls }: DeploymentView, volumes: boolean): string {
  const silent = urls.length === 0 ? '' : `, and ${urls.map((url) => oneLine(url)).join(' and ')} will no longer answer`
  const data = volumes ? 'Its volumes and all data in them are deleted.' : 'Its volumes are kept.'
  return `The containers and networks of ${oneLine(name)} are removed${silent}. ${data} Remove it?`
}

function told({ name, volumesKept, volumesRemoved }: { name: string; volumesKept: string[]; volumesRemoved: string[] }): string[] {
  const lines = [`${oneLine(name)} is removed.`]
  if (volumesKept.length > 0) lines.push(`Kept: ${oneLine(volumesKept.join(', '), 1000)}; \`docker volume rm\` removes them.`)
  if (volumesRemoved.length > 0) lines.push(`Removed with their data: ${oneLine(volumesRemoved.join(', '), 1000)}.`)
  return lines
}
