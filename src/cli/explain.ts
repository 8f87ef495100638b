import { context } from './context.ts'
import { allEvents } from './events.ts'
import { explanation } from './explanation.ts'
import { print, printJson, say } from './output.ts'

export interface ExplainOptions {
  revision?: number | 'latest'
  json?: boolean
  /** A file that gets everything that was seen, to send to somebody. */
  bundle?: string
}

export async function explain(name: string, { revision = 'latest', json, bundle }: ExplainOptions): Promise<void> {
  const { api, clock } = context()
  const [view, evidence] = await Promise.all([api.revision(name, revision), api.evidence(name, revision)])
  if (bundle !== undefined) {
    const { writeBundle } = await import('./bundle.ts')
    const all = await allEvents(api, view.deployment.id ?? name)
    const events = all.filter((event) => event.revision === view.revision)
    await writeBundle(bundle, { at: new Date(clock.now()).toISOString(), revision: view, evidence, events })
    say(`${bundle} has everything that was seen; secrets are hidden in it as far as they are known.`)
    return
  }
  if (json) printJson({ revision: view, evidence })
  else for (const line of explanation(view, evidence)) print(line)
}
