import { DeployError } from '../deploy/failure.ts'
import type { Ask } from '../engine-api/ask.ts'
import { answered } from '../engine-api/engine-answer.ts'
import { engineError } from './engine-errors.ts'
import { labels, ofDeployment } from './labels.ts'

interface Volume {
  Name: string
  Labels?: Record<string, string> | null
}

/** Makes them, or finds them made; one of that name that is not this deployment's is refused. */
export async function makeVolumes(ask: Ask, instance: string, names: string[], deployment: string): Promise<void> {
  const Labels = { [labels.instance]: instance, [labels.deployment]: deployment }
  await Promise.all(
    names.map(async (Name) => {
      const volume = await create(ask, { Name, Labels })
      if (volume.Labels?.[labels.deployment] !== deployment) throw new DeployError('name_conflict', `the volume ${Name} exists and is not this deployment's`)
    }),
  )
}

async function create(ask: Ask, body: Volume): Promise<Volume> {
  try {
    return await ask<Volume>({ method: 'POST', path: '/volumes/create', body })
  } catch (error) {
    throw engineError(error, 'create')
  }
}

export async function volumesOf(ask: Ask, instance: string, deployment: string): Promise<string[]> {
  const { Volumes } = await ask<{ Volumes: Volume[] | null }>({ path: '/volumes', query: { filters: ofDeployment(instance, deployment) } })
  return (Volumes ?? []).map(({ Name }) => Name).sort()
}

/** Answers those that are really gone: one that a stranger's container uses stays. */
export async function removeVolumes(ask: Ask, instance: string, deployment: string): Promise<string[]> {
  const names = await volumesOf(ask, instance, deployment)
  const removed = await Promise.all(names.map(async (name) => ((await removeOne(ask, name)) ? [name] : [])))
  return removed.flat()
}

async function removeOne(ask: Ask, name: string): Promise<boolean> {
  try {
    await ask({ method: 'DELETE', path: `/volumes/${encodeURIComponent(name)}`, within: 60_000 })
    return true
  } catch (error) {
    if (answered(error, 404)) return true
    if (answered(error, 409)) return false
    throw error
  }
}
