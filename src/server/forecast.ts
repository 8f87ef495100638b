import { withFolder } from './asked-folder.ts'
import { DeployRequest } from './contract.ts'
import { Forecast } from './contract-forecast.ts'
import { demands } from './demands.ts'
import { describes } from './operation.ts'
import { refuseForeignConsent } from './operators-word.ts'
import type { App, Tools } from './parts.ts'
import { refTo } from './schema.ts'

export function addForecast(app: App, { as, submits, uploads }: Tools): void {
  const forecast = describes(
    'forecast',
    'What deploying it would do; nothing is started or recorded.',
    { 200: refTo(Forecast) },
    { body: refTo(DeployRequest) },
  )
  app.post('/forecast', { schema: forecast, ...demands('deploy', null) }, (request) => {
    refuseForeignConsent(request)
    return submits.run(() => withFolder(request, uploads, 'use', as(request).forecast), request.caller?.token)
  })
}
