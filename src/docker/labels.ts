import type { RevisionRef } from '../deploy/record.ts'

/** Written into the model by the extension room, read here. */
export const labels = {
  instance: 'torii.instance',
  deployment: 'torii.deployment',
  revision: 'torii.revision',
  service: 'torii.service',
  replica: 'com.docker.compose.container-number',
  dependsOn: 'com.docker.compose.depends_on',
  project: 'com.docker.compose.project',
} as const

/** The engine's filter for everything of a revision of this instance. */
export function ofRevision(instance: string, ref: RevisionRef): string {
  return filter([`${labels.instance}=${instance}`, `${labels.deployment}=${ref.deployment}`, `${labels.revision}=${ref.revision}`])
}

export function ofDeployment(instance: string, deployment: string): string {
  return filter([`${labels.instance}=${instance}`, `${labels.deployment}=${deployment}`])
}

export function ofInstance(instance: string): string {
  return JSON.stringify({ type: ['container'], label: [`${labels.instance}=${instance}`] })
}

function filter(label: string[]): string {
  return JSON.stringify({ label })
}

/** Whose container these labels say it is; null: no revision's. */
export function refOf(given: Record<string, string | undefined>): RevisionRef | null {
  const deployment = given[labels.deployment]
  const revision = Number(given[labels.revision])
  return deployment && Number.isInteger(revision) && revision > 0 ? { deployment, revision } : null
}
