import type { DeploymentView } from '../deploy/view.ts'
import { age } from './amounts.ts'
import { context } from './context.ts'
import type { ServerOptions } from './endpoint.ts'
import { print, printJson, printText } from './output.ts'
import { table } from './table.ts'

export async function ls({ json, quiet, ...server }: ServerOptions & { json?: boolean; quiet?: boolean }): Promise<void> {
  const { api, clock } = context(server)
  const answer = await api.list()
  if (json) printJson(answer)
  else if (quiet) for (const { name } of answer.deployments) print(name)
  else printText(listed(answer.deployments, clock.now()))
}

function listed(deployments: DeploymentView[], now: number): string[] {
  if (deployments.length === 0) return ['There are no deployments; `torii deploy DIR` makes one.']
  return table(
    ['NAME', 'KIND', 'STATE', 'REVISION', 'AGE', 'URL'],
    deployments.map((each) => rowOf(each, now)),
  )
}

function rowOf({ name, kind, latest, open, wanted, createdAt, urls }: DeploymentView, now: number): string[] {
  const revision = latest === null ? '' : String(latest.revision)
  const older = open !== null && latest !== null && open !== latest.revision ? ` (${open} serves)` : ''
  return [name, kind, stateText(latest?.state ?? '', wanted), `${revision}${older}`, age(now - Date.parse(createdAt)), urls[0] ?? '']
}

/** The state stays when a deployment is stopped: what is wanted of it is another thing. One that is to go has none that matters. */
export function stateText(state: string, wanted: DeploymentView['wanted']): string {
  if (wanted.startsWith('removed')) return 'being removed'
  return wanted === 'stopped' ? `${state}, stopped` : state
}
