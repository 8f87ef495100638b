import { randomUUID } from 'node:crypto'
import { choosePort } from './choose-port.ts'
import type { Answers, Consent } from './consent.ts'
import { beginNetwork } from './early-network.ts'
import { DeployError } from './failure.ts'
import type { NamedRequest } from './ports.ts'
import { type Deployment, projectOf, type Revision, type RevisionRef, type Source } from './record.ts'
import type { Tools } from './tools.ts'
import { isSettled } from './transitions.ts'

/** Of two that take the same free port at the same moment, one looks again. */
const portTries = 5

/**
 * Admit (design §3): reads the folder, resolves it with Compose, applies the policy, and records deployment and revision. Rejects with
 * DeployError before anything is recorded.
 */
export async function admit(request: NamedRequest, tools: Tools): Promise<{ deployment: Deployment; revision: Revision }> {
  const { extensions } = tools
  const { source: read, notices, onlyNetwork } = await extensions.read(request)
  request.mayUse?.(read.name)
  const { deployment, ref, port } = await placeFor(read, tools)
  const answers = await answersTo(request, deployment, tools)
  await using early = await beginNetwork(ref, onlyNetwork, tools)
  const { resolved, notices: more, policy, consent } = await extensions.resolve(read, ref, answers)
  request.restsOn?.(Object.keys(policy.consented ?? {}))
  const source = { ...read, policy }
  tools.engine.expectCreate()
  const subnets = await early.subnetsFor(extensions.subnetSizes(resolved))
  const admitted = await record(deployment, { ref, source, resolved, subnets, before: port, consent }, [...notices, ...more], tools)
  early.keep()
  return admitted
}

/** What the caller allows, and what was allowed before. */
export async function answersTo({ allow, consent }: NamedRequest, { id }: Deployment, { store }: Pick<Tools, 'store'>): Promise<Answers> {
  return { allow, consent, recorded: await store.consents(id) }
}

/** Which deployment and revision this would be, and the public port before it. Rejects with busy. */
export async function placeFor(source: Source, tools: Tools): Promise<{ deployment: Deployment; isNew: boolean; ref: RevisionRef; port: number | null }> {
  const known = await tools.store.deployment(source.name)
  const deployment = known ?? newDeployment(source, tools)
  const before = known === null ? [] : await tools.store.revisions(known.id)
  if (before.some(({ state }) => !isSettled(state))) throw new DeployError('busy', '')
  const ref = { deployment: deployment.id, revision: (before.at(-1)?.revision ?? 0) + 1 }
  return { deployment, isNew: known === null, ref, port: before.findLast((each) => each.port !== null)?.port ?? null }
}

interface Admitted {
  ref: RevisionRef
  source: Source
  resolved: string
  subnets: string[]
  before: number | null
}

async function record(
  deployment: Deployment,
  admitted: Admitted & { consent: Consent },
  notices: string[],
  tools: Tools,
  tries = portTries,
): Promise<{ deployment: Deployment; revision: Revision }> {
  const revision = await newRevision(admitted, tools)
  try {
    await tools.store.admit(deployment, revision, [...notices, ...portNotices(admitted, revision)], admitted.consent)
    return { deployment, revision }
  } catch (error) {
    const another = error instanceof DeployError && error.trouble.reason === 'port_in_use' && admitted.source.port === null && tries > 1
    if (!another) throw error
    return record(deployment, admitted, notices, tools, tries - 1)
  }
}

/** Not recorded yet. Rejects with port_in_use, port_unavailable. */
export async function newRevision({ ref, source, resolved, subnets, before }: Admitted, { store, proxy, clock }: Tools): Promise<Revision> {
  const others = (await store.heldPorts()).filter(({ deployment }) => deployment !== ref.deployment)
  const held = new Set(others.map(({ port }) => port))
  const port = source.settings.routing === 'path' ? null : choosePort({ asked: source.port, before, served: proxy.ports(), held })
  return {
    ...{ ...ref, state: 'UNINITIALIZED', project: projectOf(ref), source, resolved, model: null, plan: null, port, subnets },
    ...{ candidate: null, backends: [], begun: {}, failure: null, createdAt: stamp(clock.now()), settledAt: null, removed: false },
  }
}

function portNotices({ source, before }: Admitted, { port }: Revision): string[] {
  if (source.settings.routing === 'path' && source.port !== null) return ['--port does nothing: only the path route is published.']
  return before !== null && port !== null && before !== port ? [`The public port is ${port} from this revision on, ${before} before.`] : []
}

function newDeployment({ name, kind }: Source, { clock }: Tools): Deployment {
  return { id: randomUUID(), name, kind, wanted: 'running', live: null, open: null, createdAt: stamp(clock.now()) }
}

function stamp(ms: number): string {
  return new Date(ms).toISOString()
}
