import { ensureServer } from './background.ts'
import { context } from './context.ts'
import { type DeployOptions, requestOf } from './deploy.ts'
import { forecastText } from './forecast-text.ts'
import { interruptSignal } from './interrupt.ts'
import { printJson, printText } from './output.ts'
import { prepare } from './prepare.ts'

/** `torii plan`: what a deploy would do. */
export async function plan(path: string, options: Omit<DeployOptions, 'wait'>): Promise<void> {
  const { config, clock, api } = context()
  const signal = interruptSignal()
  const request = await requestOf(path, options)
  await prepare(config, null, signal)
  await ensureServer(config, clock, signal)
  const forecast = await api.forecast(request, signal)
  if (options.json) printJson(forecast)
  else printText(forecastText(forecast))
}
