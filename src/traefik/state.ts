import type { ContainerInspectInfo } from 'dockerode'
import { containerName, portsOf, type Wanted } from './container.ts'
import { hasSettings, type Tools } from './keep-running.ts'

export interface ProxyState {
  running: boolean
  /** null: it does not answer. */
  version: string | null
  /** Entrypoints of port routes. */
  ports: number[]
  /** Ports of the range that others held when the proxy was made; `down` and `up` look again. */
  busyPorts: number[]
  /** What is wrong, in one clause; '' when nothing is. */
  trouble: string
}

export async function stateOf(wanted: Wanted, { engine, ask }: Tools): Promise<ProxyState> {
  const name = containerName(wanted.instance)
  const seen = await engine.inspect(name)
  const running = seen?.State.Running === true && !seen.State.Restarting
  const version = running ? await ask.version() : null
  const { free, busy } = portsOf(seen?.Config.Labels ?? {})
  const trouble = running
    ? troubleOf(seen, version, wanted)
    : seen
      ? `it is ${seen.State.Status}: ${await engine.lastLine(name)}`
      : 'there is no proxy container'
  return { running, version, ports: free, busyPorts: busy, trouble }
}

function troubleOf(seen: ContainerInspectInfo, version: string | null, wanted: Wanted): string {
  if (version === null) return `it does not answer on 127.0.0.1:${wanted.config.proxyApiPort}`
  if (!hasSettings(seen, wanted)) return 'it runs with other settings than these'
  return ''
}
