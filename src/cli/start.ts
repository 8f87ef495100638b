import { rowOf } from '../deploy/failure.ts'
import { oneLine } from '../text/one-line.ts'
import { context } from './context.ts'
import type { ServerOptions } from './endpoint.ts'
import { untilInterrupted } from './interrupt.ts'
import { print, printJson, say } from './output.ts'

export async function start(name: string, { json, ...server }: ServerOptions & { json?: boolean }): Promise<number> {
  const { api } = context(server)
  say(`Starting ${oneLine(name)} and looking at its containers and routes …`)
  const { deployment, failure } = await untilInterrupted(name, 'starting', (signal) => api.start(name, signal))
  if (failure) for (const line of [`${deployment.name} runs again, but: ${failure.sentence}`, `  fix: ${failure.fix}`]) say(line)
  else say(`${deployment.name} runs again.`)
  if (json) printJson({ deployment, failure })
  else if (!failure) for (const url of deployment.urls) print(url)
  return failure ? rowOf(failure.reason).exit : 0
}
