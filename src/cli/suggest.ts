import type { Asked } from './api.ts'
import { askedOf } from './asked-of.ts'
import { context } from './context.ts'
import { interruptSignal } from './interrupt.ts'
import { printJson, printText, say } from './output.ts'
import type { RequestOptions } from './request-of.ts'
import { suggestionText } from './suggestion-text.ts'

/** `torii suggest`: ends with 5 where a service that needs a check, or was asked for by name, is left without one that works. */
export async function suggest(path: string, service: string | undefined, options: RequestOptions): Promise<number> {
  const here = context(options)
  const signal = interruptSignal()
  const ask = (request: Asked) => {
    say('Looking for what works in the images; what is not here is pulled or built first.')
    return here.api.suggest({ ...request, ...(service === undefined ? {} : { service }) }, signal)
  }
  const answer = await askedOf(path, options, here, signal, { bringImages: true, once: true, ask })
  if (options.json) printJson(answer)
  else printText(answer.suggestions.flatMap(suggestionText))
  const isAsked = service !== undefined
  const without = answer.suggestions.filter(({ works, outside, needsNone }) => works === null && outside === null && (isAsked || !needsNone))
  return without.length === 0 ? 0 : 5
}
