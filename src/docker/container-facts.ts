import type { ContainerFacts } from '../deploy/evidence-parts.ts'
import type { Ask } from '../engine-api/ask.ts'
import { answered } from '../engine-api/engine-answer.ts'
import { inspectOne } from './containers.ts'
import { type Inspected, variablesOf } from './inspect.ts'

/** Where a program listens, for which hosts and below which path: names of the usual frameworks. */
const telling =
  /(^|_)(PORT|HOST|HOSTNAME|BIND|LISTEN|LISTEN_ADDR|ADDRESS|ADDR|BASE_?PATH|ROOT_?PATH|PATH_PREFIX|URL_PREFIX|BASE_?HREF|PUBLIC_PATH|SCRIPT_NAME|ROUTING_MODE|APP_PATH|\w*(?:ALLOWED|TRUSTED)_(?:HOSTS?|DOMAINS?)|SERVER_NAME)$/i
const longestValue = 200
const mostValues = 40
/** A name alone is no value; of more than these none is kept, as one that is left out would seem not to be there. */
const mostNames = 200

export async function containerFacts(ask: Ask, id: string, signal: AbortSignal): Promise<ContainerFacts | null> {
  const inspected = await inspectOne(ask, id, signal)
  return inspected === null ? null : { ...factsOf(inspected), ...(await imageOf(ask, inspected.Image ?? '', signal)) }
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
    hosts: Object.fromEntries(hostsIn(variablesOf(Config)).slice(0, mostValues)),
    empty: Object.entries(variablesOf(Config))
      .flatMap(([name, value]) => (value === '' ? [name] : []))
      .slice(0, mostValues),
    ...(Config.WorkingDir && { workingDir: Config.WorkingDir }),
    ...namesOf(variablesOf(Config)),
    readOnly: HostConfig?.ReadonlyRootfs ?? false,
  }
}

function namesOf(variables: Record<string, string>): Pick<ContainerFacts, 'variables'> {
  const names = Object.keys(variables)
  return names.length <= mostNames ? { variables: names } : {}
}

/** Of a URL the host and port alone, as its other parts may be secret; of others only what is named as a host. */
function hostsIn(variables: Record<string, string>): [string, string][] {
  return Object.entries(variables).flatMap(([name, value]): [string, string][] => {
    // What Torii itself tells an app leads to no service of it.
    if (name.startsWith('KAMIWAZA_')) return []
    const ofUrl = /^[a-z][\w+.-]{0,30}:\/\/(?:[^@/\s]{0,200}@)?([\w.-]{1,100}(?::\d{1,5})?)(?:[/?]|$)/i.exec(value)?.[1]
    const named =
      /(^|_)(HOST|HOSTNAME|SERVER|ADDR|ADDRESS|ENDPOINT|UPSTREAM|BROKERS?)$/i.test(name) && /^[\w.-]{1,100}(:\d{1,5})?$/.test(value) ? value : undefined
    const host = ofUrl ?? named
    return host === undefined ? [] : [[name, host]]
  })
}

/** What its image says; a container outlives its image's name, and the image itself. */
async function imageOf(ask: Ask, image: string, signal: AbortSignal): Promise<Pick<ContainerFacts, 'platform' | 'imageUser'>> {
  if (image === '') return { platform: null }
  try {
    const { Os, Architecture, Config } = await ask<{ Os: string; Architecture: string; Config?: { User?: string } | null }>({
      path: `/images/${image}/json`,
      signal,
    })
    return { platform: `${Os}/${Architecture}`, imageUser: Config?.User ?? '' }
  } catch (error) {
    if (answered(error, 404)) return { platform: null }
    throw error
  }
}
