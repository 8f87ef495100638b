import { reasonNamed } from '../deploy/reason-page.ts'
import { CliError } from './cli-error.ts'
import { context } from './context.ts'
import type { ServerOptions } from './endpoint.ts'
import { allEvents } from './events.ts'
import { explanation } from './explanation.ts'
import { printJson, printText, say } from './output.ts'
import { meantBy, printReason, printRule } from './pages.ts'

export interface ExplainOptions extends ServerOptions {
  revision?: number | 'latest'
  json?: boolean
  /** A file that gets everything that was seen, to send to somebody. */
  bundle?: string
}

/** Of a deployment; of a reason or a lint rule its page. A deployment whose name is a reason as well comes first. */
export async function explain(name: string, options: ExplainOptions): Promise<void> {
  const reason = reasonNamed(name)
  // No deployment can have such a name.
  if (reason?.includes('_')) return printReason(reason, options)
  if (/^T\d{3}$/.test(name)) return printRule(name, options)
  try {
    await explainDeployment(name, options)
  } catch (error) {
    if (!(error instanceof CliError) || !isNobody(error)) throw error
    if (reason !== null) return printReason(reason, options)
    throw await meantBy(name, error, options)
  }
}

async function explainDeployment(name: string, { revision = 'latest', json, bundle, ...server }: ExplainOptions): Promise<void> {
  const { api, clock } = context(server)
  const [view, evidence] = await Promise.all([api.revision(name, revision), api.evidence(name, revision)])
  if (bundle !== undefined) {
    const { writeBundle } = await import('./bundle.ts')
    const all = await allEvents(api, view.deployment.id ?? name)
    const events = all.filter((event) => event.revision === view.revision)
    await writeBundle(bundle, { at: new Date(clock.now()).toISOString(), revision: view, evidence, events })
    say(`${bundle} has everything that was seen; secrets are hidden in it as far as they are known.`)
    return
  }
  if (json) return printJson({ revision: view, evidence })
  const { wanted } = await api.get(name)
  printText(explanation(view, evidence, wanted))
}

function isNobody({ reason }: CliError): boolean {
  return reason === 'not_found' || reason === 'server_unreachable'
}
