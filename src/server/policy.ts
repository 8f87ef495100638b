import { DeployRequest } from './contract.ts'
import { PolicyReport } from './contract-policy.ts'
import { describes } from './operation.ts'
import type { App, Tools } from './parts.ts'
import { refTo } from './schema.ts'

export function addPolicy(app: App, { controller, submits }: Tools): void {
  const judge = describes(
    'judge',
    'Every finding of the policy, with what each profile decides; nothing is started or recorded.',
    { 200: refTo(PolicyReport) },
    { body: refTo(DeployRequest) },
  )
  app.post('/policy/check', { schema: judge }, ({ body }) => submits.run(() => controller.judge(body)))
}
