import type { Config } from '../config.ts'
import type { Clock } from '../deploy/ports.ts'
import { instanceIn } from '../state-folder.ts'
import { localContext } from './context.ts'
import { openMetadataIfEmpty } from './open-metadata.ts'
import { printJson, say } from './output.ts'
import { endServer, serverProcess } from './server-process.ts'

/** Control plane first: it would bring the proxy back. Deployments go on, but nothing routes to them. */
export async function down({ json }: { json?: boolean }): Promise<void> {
  const { config, clock } = localContext()
  const server = await serverProcess(config.home)
  if (server) await endServer(config.home, server, clock)
  const proxy = await removeProxy(config, clock)
  await openMetadataIfEmpty(config)
  if (json) printJson({ server: server !== null, proxy })
  else say(told(server !== null, proxy))
}

function told(server: boolean, proxy: boolean): string {
  const ended = [server ? 'The control plane has ended' : 'No control plane was running', proxy ? 'the proxy is removed' : 'there was no proxy']
  return `${ended.join('; ')}. Deployments go on; \`torii up\` brings their addresses back.`
}

/** False: there was none. */
async function removeProxy(config: Config, clock: Clock): Promise<boolean> {
  const instance = await instanceIn(config.home)
  if (instance === null) return false
  const [{ createAsk }, { createProxy }] = await Promise.all([import('../engine-api/ask.ts'), import('../traefik/proxy.ts')])
  const log = { info: () => {}, warn: (_: object, message: string) => say(message) }
  return createProxy({ config, engine: createAsk(config), instance, clock, log }).down()
}
