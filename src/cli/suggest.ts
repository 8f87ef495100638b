import { ensureServer } from './background.ts'
import { context } from './context.ts'
import { type DeployOptions, requestOf } from './deploy.ts'
import { hereOnly } from './here-only.ts'
import { interruptSignal } from './interrupt.ts'
import { printJson, printText, say } from './output.ts'
import { prepare } from './prepare.ts'
import { suggestionText } from './suggestion-text.ts'

/** `torii suggest`: ends with 5 where a service that needs a check, or was asked for by name, is left without one that works. */
export async function suggest(path: string, service: string | undefined, options: Omit<DeployOptions, 'wait'>): Promise<number> {
  const { config, clock, api } = hereOnly(context(options))
  const signal = interruptSignal()
  const request = await requestOf(path, options)
  await prepare(config, request.path, signal)
  await ensureServer(config, clock, signal)
  say('Looking for what works in the images; what is not here is pulled or built first.')
  const answer = await api.suggest({ ...request, ...(service === undefined ? {} : { service }) }, signal)
  if (options.json) printJson(answer)
  else printText(answer.suggestions.flatMap(suggestionText))
  const isAsked = service !== undefined
  const without = answer.suggestions.filter(({ works, outside, needsNone }) => works === null && outside === null && (isAsked || !needsNone))
  return without.length === 0 ? 0 : 5
}
