import type { ContainerFacts } from '../deploy/evidence-parts.ts'
import type { Ask } from '../engine-api/ask.ts'
import { answered } from '../engine-api/engine-answer.ts'
import { inspectOne } from './containers.ts'
import { type Inspected, variablesOf } from './inspect.ts'

/** Where a program listens, and below which path: names of the usual frameworks. */
const telling =
  /(^|_)(PORT|HOST|HOSTNAME|BIND|LISTEN|LISTEN_ADDR|ADDRESS|ADDR|BASE_?PATH|ROOT_?PATH|PATH_PREFIX|URL_PREFIX|BASE_?HREF|PUBLIC_PATH|SCRIPT_NAME|ROUTING_MODE|APP_PATH)$/i
const longestValue = 200
const mostValues = 40

export async function containerFacts(ask: Ask, id: string, signal: AbortSignal): Promise<ContainerFacts | null> {
  const inspected = await inspectOne(ask, id, signal)
  return inspected === null ? null : { ...factsOf(inspected), platform: await platformOf(ask, inspected.Image ?? '', signal) }
}

function factsOf({ Config, HostConfig }: Inspected): Omit<ContainerFacts, 'platform'> {
  const { Name = 'no', MaximumRetryCount = 0 } = HostConfig?.RestartPolicy ?? {}
  const settings = Object.entries(variablesOf(Config)).filter(([name, value]) => telling.test(name) && value.length <= longestValue)
  return {
    user: Config.User ?? '',
    entrypoint: Config.Entrypoint ?? [],
    command: Config.Cmd ?? [],
    memoryLimit: HostConfig?.Memory ?? 0,
    restart: MaximumRetryCount > 0 ? `${Name}:${MaximumRetryCount}` : Name || 'no',
    settings: Object.fromEntries(settings.slice(0, mostValues)),
  }
}

async function platformOf(ask: Ask, image: string, signal: AbortSignal): Promise<string | null> {
  if (image === '') return null
  try {
    const { Os, Architecture } = await ask<{ Os: string; Architecture: string }>({ path: `/images/${image}/json`, signal })
    return `${Os}/${Architecture}`
  } catch (error) {
    if (answered(error, 404)) return null
    throw error
  }
}
