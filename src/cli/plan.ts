import { resolve } from 'node:path'
import type { Config } from '../config.ts'
import type { Forecast } from '../deploy/forecast-view.ts'
import { askedOf } from './asked-of.ts'
import { context } from './context.ts'
import { forecastText } from './forecast-text.ts'
import { interruptSignal } from './interrupt.ts'
import { printJson, printText } from './output.ts'
import type { RequestOptions } from './request-of.ts'

/** What is not built yet is read as it is written; lint is a room of the command line alone. */
async function writtenFor({ services, images }: Forecast, path: string, config: Config): Promise<ReadonlyMap<string, string>> {
  const unbuilt = services.filter(
    ({ service, known, check }) => !known && check === null && images.some((each) => each.step === 'build' && each.services.includes(service)),
  )
  if (unbuilt.length === 0) return new Map()
  const { writtenChecks } = await import('./written-checks.ts')
  return writtenChecks(path, config)
}

/** `torii plan`: what a deploy would do. */
export async function plan(path: string, options: RequestOptions): Promise<void> {
  const here = context(options)
  const signal = interruptSignal()
  const forecast = await askedOf(path, options, here, signal, { bringImages: false, once: true, ask: (request) => here.api.forecast(request, signal) })
  if (options.json) printJson(forecast)
  else printText(forecastText(forecast, await writtenFor(forecast, resolve(path), here.config)))
}
