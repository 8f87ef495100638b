import type { LogLine } from '../server/contract.ts'
import { containerName } from './container-name.ts'
import { context } from './context.ts'
import type { ServerOptions } from './endpoint.ts'
import { Interrupted, interruptSignal } from './interrupt.ts'
import { print, printJsonLine } from './output.ts'

export interface LogsOptions extends ServerOptions {
  follow?: boolean
  tail: number
  json?: boolean
}

export async function logs(name: string, service: string | undefined, { follow = false, tail, json, ...server }: LogsOptions): Promise<void> {
  const { api } = context(server)
  try {
    for await (const line of api.logs(name, { service, tail, follow }, interruptSignal())) {
      if (json) printJsonLine(line)
      else print(lineOf(line))
    }
  } catch (error) {
    if (!(error instanceof Interrupted)) throw error
  }
}

function lineOf(line: LogLine): string {
  return `${containerName(line)} | ${line.text}`
}
