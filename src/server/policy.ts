import { withFolder } from './asked-folder.ts'
import { DeployRequest } from './contract.ts'
import { PolicyReport } from './contract-policy.ts'
import { demands } from './demands.ts'
import { describes } from './operation.ts'
import { refuseForeignConsent } from './operators-word.ts'
import type { App, Tools } from './parts.ts'
import { refTo } from './schema.ts'

export function addPolicy(app: App, { as, submits, uploads }: Tools): void {
  const judge = describes(
    'judge',
    'Every finding of the policy, with what each profile decides; nothing is started or recorded.',
    { 200: refTo(PolicyReport) },
    { body: refTo(DeployRequest) },
  )
  app.post('/policy/check', { schema: judge, ...demands('deploy', null) }, (request) => {
    refuseForeignConsent(request)
    return submits.run(() => withFolder(request, uploads, 'use', as(request).judge), request.caller?.token)
  })
}
