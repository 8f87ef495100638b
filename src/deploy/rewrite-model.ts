import { DeployError } from './failure.ts'
import type { ImageFacts } from './plan.ts'
import { type Revision, refOf } from './record.ts'
import { publishedRoutes } from './routes.ts'
import { tellBeforehand } from './tell-beforehand.ts'
import type { Tools } from './tools.ts'

/**
 * The end of the pull: the model that is started, made of the resolved one and of what the images say (HEALTHCHECK, EXPOSE), checked by
 * the same policy, and kept. Rejects with policy_denied, compose_invalid, network_exhausted, no_route.
 */
export async function rewriteModel(revision: Revision, images: Map<string, ImageFacts>, tools: Tools): Promise<Revision> {
  const { store, extensions, engine } = tools
  const ref = refOf(revision)
  const { source, resolved, port } = revision
  // Those of an early network are just what the model needs.
  const held = revision.subnets
  const subnets = held.length > 0 ? held : await store.takeSubnets(ref, extensions.subnetSizes(resolved), await engine.subnets())
  const publicUrl = publishedRoutes(revision, tools.proxy).at(-1)?.url ?? ''
  const starting = tools.starting.others(ref)
  const { model, plan, notices, files } = extensions.rewrite({
    ref,
    source,
    resolved,
    images,
    subnets,
    port,
    publicUrl,
    starting,
    startInterval: await engine.startInterval(),
    engine: await engine.ceilings(),
  })
  if (plan.route === null && source.kind === 'app') throw new DeployError('no_route', 'no service of this app has a tcp port')
  await extensions.writeFiles(ref, files)
  const kept = await store.keep(ref, { model, plan, ...(plan.route === null ? { port: null } : {}) })
  for (const text of notices) await store.tell(ref, { type: 'notice', text })
  await tellBeforehand(kept, tools)
  return kept
}
