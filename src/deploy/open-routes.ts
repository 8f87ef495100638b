import { probeRoutes } from './probe-routes.ts'
import { type Revision, refOf } from './record.ts'
import { publishedRoutes } from './routes.ts'
import type { Tools } from './tools.ts'

/**
 * The public routes lead to this revision now, in one rename; then one more probe of each, as anybody would ask, until it is this
 * revision's own mark that answers and not the old one's (design §3.3). Nothing to route to: then nothing leads to the one before either.
 */
export async function openRoutes(revision: Revision, tools: Tools, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted()
  await tools.store.change(revision.deployment, { open: revision.revision })
  await tools.routes.refresh(revision.deployment)
  if (revision.plan?.route == null) return
  await probeRoutes(revision, 'public', tools, signal)
  await tools.store.tell(refOf(revision), { type: 'route', step: 'open', urls: publishedRoutes(revision, tools.proxy).map(({ url }) => url) })
}
