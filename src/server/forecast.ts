import { DeployRequest } from './contract.ts'
import { Forecast } from './contract-forecast.ts'
import { demands } from './demands.ts'
import { refuseForeignConsent, refuseForeignFolder } from './folder.ts'
import { describes } from './operation.ts'
import type { App, Tools } from './parts.ts'
import { refTo } from './schema.ts'

export function addForecast(app: App, { as, submits }: Tools): void {
  const forecast = describes(
    'forecast',
    'What deploying it would do; nothing is started or recorded.',
    { 200: refTo(Forecast) },
    { body: refTo(DeployRequest) },
  )
  app.post('/forecast', { schema: forecast, ...demands('deploy', null) }, (request) => {
    refuseForeignFolder(request)
    refuseForeignConsent(request)
    return submits.run(() => as(request).forecast(request.body))
  })
}
