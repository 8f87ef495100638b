import type { Config } from '../config.ts'
import type { Forecast } from '../deploy/forecast-view.ts'
import { ensureServer } from './background.ts'
import { context } from './context.ts'
import { type DeployOptions, requestOf } from './deploy.ts'
import { forecastText } from './forecast-text.ts'
import { hereOnly } from './here-only.ts'
import { interruptSignal } from './interrupt.ts'
import { printJson, printText } from './output.ts'
import { prepare } from './prepare.ts'

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
export async function plan(path: string, options: Omit<DeployOptions, 'wait'>): Promise<void> {
  const { config, clock, api } = hereOnly(context(options))
  const signal = interruptSignal()
  const request = await requestOf(path, options)
  await prepare(config, null, signal)
  await ensureServer(config, clock, signal)
  const forecast = await api.forecast(request, signal)
  if (options.json) printJson(forecast)
  else printText(forecastText(forecast, await writtenFor(forecast, request.path, config)))
}
