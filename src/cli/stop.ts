import { context } from './context.ts'
import { printJson, say } from './output.ts'

export async function stop(name: string, { json }: { json?: boolean }): Promise<void> {
  const { api } = context()
  const deployment = await api.stop(name)
  if (json) printJson(deployment)
  else say(`${deployment.name} is stopped; \`torii start ${deployment.name}\` starts it again.`)
}
