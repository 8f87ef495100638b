import type { ContainerNow, DeploymentView, RevisionView } from '../deploy/view.ts'
import { counted } from '../deploy/words.ts'
import { oneLine } from '../text/one-line.ts'
import { containerName } from './container-name.ts'
import { context } from './context.ts'
import type { ServerOptions } from './endpoint.ts'
import { healthText } from './health-text.ts'
import { stateText } from './ls.ts'
import { printJson, printText } from './output.ts'
import { redirectLines } from './redirect-lines.ts'
import { clockTime } from './table.ts'

export async function status(name: string, { json, ...server }: ServerOptions & { json?: boolean }): Promise<void> {
  const { api } = context(server)
  const deployment = await api.get(name)
  const revision = deployment.latest && (await api.revision(deployment.id, deployment.latest.revision))
  const [looked, reported] = await Promise.all([api.containers(deployment.id), api.health(deployment.id)])
  const containers = looked?.containers ?? []
  const health = reported?.health ?? null
  if (json) printJson({ ...deployment, revision, containers, health })
  else {
    const [title = '', ...rest] = described(deployment, revision)
    printText([title, ...nowText(containers), ...rest, ...healthText(health)])
  }
}

/** Whoever is not as the gate would have it, although the revision is DEPLOYED: the record says what was, this what is. */
export function nowText(containers: ContainerNow[]): string[] {
  const ill = containers.filter(({ verdict }) => verdict === 'failed' || verdict === 'waiting')
  return ill.map((container) => {
    const { state, exitCode, restartCount, detail } = container
    const why = detail === '' && exitCode !== null ? `exit code ${exitCode}` : oneLine(detail, 300)
    const facts = [oneLine(state), why, restartCount > 0 ? `restarted ${counted(restartCount, 'time')}` : ''].filter((fact) => fact !== '')
    return `  now, ${containerName(container)} of revision ${container.revision}: ${facts.join(', ')}`
  })
}

function described(deployment: DeploymentView, revision: RevisionView | null): string[] {
  const { name, kind, open, wanted, urls } = deployment
  if (revision === null) return [`${oneLine(name)} · ${kind}`]
  const failure = revision.failure ? [`  ${oneLine(revision.failure.sentence, 1000)}`, `  \`torii explain ${oneLine(name)}\` shows what was seen.`] : []
  return [
    `${oneLine(name)} · revision ${revision.revision} · ${kind} · ${stateText(revision.state ?? '', wanted)}`,
    ...failure,
    ...redirectLines(revision),
    ...(open !== null && open !== revision.revision ? [`  revision ${open} serves.`] : []),
    ...revision.timeline.map(({ state, at }) => `  ${clockTime(at)}  ${state}`),
    ...revision.containers.map(
      (container) => `  ${containerName(container)}: ${container.verdict}${container.detail && `, ${oneLine(container.detail, 300)}`}`,
    ),
    ...urls.map((url) => `  ${oneLine(url)}`),
  ]
}
