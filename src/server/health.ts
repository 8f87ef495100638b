import { answerProblem } from './answer-problem.ts'
import { Identity, Ready } from './contract.ts'
import { demands } from './demands.ts'
import { describes } from './operation.ts'
import type { App, Tools } from './parts.ts'
import { ofTrouble } from './problem.ts'
import { Refusal } from './refusal.ts'
import { refTo } from './schema.ts'

export function addHealth(app: App, { identity, ready, clock }: Tools): void {
  app.get('/healthz', { schema: describes('healthz', 'Who answers here.', { 200: refTo(Identity) }), ...demands('open') }, async () => identity)

  const readyz = describes('readyz', 'Whether it can deploy now; 503 while it cannot.', { 200: refTo(Ready) })
  app.get('/readyz', { schema: readyz, ...demands('open') }, async (_, reply) => {
    const verdict = ready()
    if (verdict.is === 'waiting') throw new Refusal('not_ready', { sentence: `The control plane is not ready yet: ${verdict.on}.` })
    // No token was asked for, so nobody's words but ours are told.
    if (verdict.is === 'failed') return answerProblem(reply, ofTrouble({ reason: verdict.why.reason, detail: '' }, clock.now(), 503))
    return { ready: true as const }
  })
}
