import type { DeploymentView, RevisionView } from '../deploy/view.ts'
import { oneLine } from '../text/one-line.ts'
import { containerName } from './container-name.ts'
import { context } from './context.ts'
import { healthText } from './health-text.ts'
import { stateText } from './ls.ts'
import { printJson, printText } from './output.ts'
import { clockTime } from './table.ts'

export async function status(name: string, { json }: { json?: boolean }): Promise<void> {
  const { api } = context()
  const deployment = await api.get(name)
  const revision = deployment.latest && (await api.revision(deployment.id, deployment.latest.revision))
  const health = (await api.health(deployment.id))?.health ?? null
  if (json) printJson({ ...deployment, revision, health })
  else printText([...described(deployment, revision), ...healthText(health)])
}

function described(deployment: DeploymentView, revision: RevisionView | null): string[] {
  const { name, kind, open, wanted, urls } = deployment
  if (revision === null) return [`${oneLine(name)} · ${kind}`]
  const failure = revision.failure ? [`  ${oneLine(revision.failure.sentence, 1000)}`, `  \`torii explain ${oneLine(name)}\` shows what was seen.`] : []
  return [
    `${oneLine(name)} · revision ${revision.revision} · ${kind} · ${stateText(revision.state ?? '', wanted)}`,
    ...failure,
    ...(open !== null && open !== revision.revision ? [`  revision ${open} serves.`] : []),
    ...revision.timeline.map(({ state, at }) => `  ${clockTime(at)}  ${state}`),
    ...revision.containers.map(
      (container) => `  ${containerName(container)}: ${container.verdict}${container.detail && `, ${oneLine(container.detail, 300)}`}`,
    ),
    ...urls.map((url) => `  ${oneLine(url)}`),
  ]
}
