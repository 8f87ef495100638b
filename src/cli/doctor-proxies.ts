import { stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { Config } from '../config.ts'
import { oneLine } from '../text/one-line.ts'
import { portsOf } from '../traefik/container.ts'
import { inside } from '../traefik/static-config.ts'
import { askEngine } from './ask-engine.ts'

/** The proxy of another Torii on this machine. */
export interface OtherProxy {
  name: string
  /** Its state folder, as its mounts say. */
  home: string
  isHomeThere: boolean
  ports: number[]
}

interface Listed {
  Names?: string[]
  Labels?: Record<string, string>
  Mounts?: { Source?: string; Destination?: string }[]
}

/** Those that run; `instance`: our own. */
export async function otherProxies(config: Pick<Config, 'dockerHost'>, instance: string | null): Promise<OtherProxy[]> {
  const filters = encodeURIComponent(JSON.stringify({ label: ['torii.proxy=1'], status: ['running'] }))
  const answer = await askEngine(config, `/containers/json?filters=${filters}`)
  const listed = answer?.status === 200 ? (JSON.parse(answer.body) as Listed[]) : []
  return Promise.all(listed.filter(({ Labels }) => Labels?.['torii.instance'] !== instance).map(otherProxy))
}

async function otherProxy({ Names = [], Labels = {}, Mounts = [] }: Listed): Promise<OtherProxy> {
  // HOME/traefik/dynamic is what Traefik reads its routes from.
  const routes = Mounts.find(({ Destination }) => Destination === inside.routes)?.Source ?? ''
  const home = dirname(dirname(routes))
  const isHomeThere = await stat(home).then(
    () => true,
    () => false,
  )
  return { name: oneLine((Names[0] ?? '').slice(1)), home: oneLine(home), isHomeThere, ports: portsOf(Labels).listens }
}
