import { oneLine } from '../text/one-line.ts'
import { context } from './context.ts'
import type { ServerOptions } from './endpoint.ts'
import { untilInterrupted } from './interrupt.ts'
import { printJson, say } from './output.ts'

export async function stop(name: string, { json, ...server }: ServerOptions & { json?: boolean }): Promise<void> {
  const { api } = context(server)
  say(`Stopping ${oneLine(name)}: its containers get their time to end, 30 s at most …`)
  const deployment = await untilInterrupted(name, 'being stopped', (signal) => api.stop(name, signal))
  if (json) printJson(deployment)
  else say(`${deployment.name} is stopped; \`torii start ${deployment.name}\` starts it again.`)
}
