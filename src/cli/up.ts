import { secureAddress } from '../api-hosts.ts'
import { oneLine } from '../text/one-line.ts'
import { ensureServer } from './background.ts'
import { localContext } from './context.ts'
import { addressOf } from './endpoint.ts'
import { interruptSignal } from './interrupt.ts'
import { differenceOf } from './other-settings.ts'
import { print, printJson, say } from './output.ts'
import { prepare } from './prepare.ts'
import { unreachableUrls } from './unreachable-urls.ts'

/** Control plane and proxy: up only when both are. */
export async function up({ json }: { json?: boolean }): Promise<void> {
  const { config, api, clock } = localContext()
  const signal = interruptSignal()
  await prepare(config, null, signal)
  await ensureServer(config, clock, signal)
  const system = await api.makeReady()
  const difference = differenceOf(config, system)
  if (difference !== null) say(difference)
  for (const warning of warningsOf(system)) say(`warning: ${oneLine(warning, 300)}`)
  if (config.secure !== null) say(`Others reach the control plane on ${secureAddress(config)}/ with a token; \`torii ca\` prints the authority to trust.`)
  const unreachable = unreachableUrls(config)
  if (unreachable !== null) say(`warning: ${unreachable.found}. ${unreachable.todo}`)
  if (json) printJson(system)
  else print(`http://${addressOf(config)}/`)
}

/** What the control plane says of the engine it works with: one that is slower than it could be. */
function warningsOf({ engine }: Record<string, unknown>): string[] {
  const { warnings } = Object(engine) as { warnings?: unknown }
  return Array.isArray(warnings) ? warnings.map(String) : []
}
