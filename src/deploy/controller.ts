import { admit } from './admit.ts'
import { deploymentView } from './deployment-view.ts'
import { DeployError, failureOf } from './failure.ts'
import { followEvents } from './follow-events.ts'
import { readLogs } from './read-logs.ts'
import type { Deployment, Revision } from './record.ts'
import { goOn, isBeingRemoved, recoverDeployment } from './recover.ts'
import { removeDeployment } from './remove.ts'
import { revisionView } from './revision-view.ts'
import { startDeployment, stopDeployment } from './stop-and-start.ts'
import type { Tools } from './tools.ts'
import { isSettled } from './transitions.ts'
import { untilDone } from './until-done.ts'
import type { Controller } from './view.ts'
import { createWorkers } from './workers.ts'

export interface RunningController extends Controller {
  /** Goes on with what the process before left, in the background; resolves when all routes are published. */
  recover(): Promise<void>
  /** Calls off what goes on, to be gone on with by the next process; nothing is marked FAILED. */
  close(): Promise<void>
}

/** Everything that can be asked of Torii, over the ports. */
export function createController(tools: Tools): RunningController {
  const { store, clock } = tools
  const workers = createWorkers()

  const inBackground = (id: string, work: (signal: AbortSignal) => Promise<unknown>) => {
    void workers.begin(id, (signal) => untilDone(work, tools, signal)).catch(() => {})
  }
  const found = async (nameOrId: string) => {
    const deployment = await store.deployment(nameOrId)
    if (deployment === null || (isBeingRemoved(deployment) && (await store.revisions(deployment.id)).length === 0)) throw notFound(nameOrId)
    return deployment
  }
  /** Not being deployed. */
  const idle = async (nameOrId: string) => {
    const deployment = await found(nameOrId)
    const revisions = await store.revisions(deployment.id)
    if (revisions.some(({ state }) => !isSettled(state))) throw new DeployError('busy', '')
    return deployment
  }
  const revisionOf = async ({ id, name }: Deployment, number: number | null): Promise<Revision> => {
    const revisions = await store.revisions(id)
    const revision = number === null ? revisions.at(-1) : revisions.find((each) => each.revision === number)
    if (revision === undefined) throw notFound(number === null ? name : `${name}, revision ${number}`)
    return revision
  }
  const view = async (deployment: Deployment, revision: Revision) => revisionView(deployment, revision, tools)
  const shown = async (id: string) => deploymentView(await found(id), tools)

  return {
    submit: async (request) => {
      const { deployment, revision } = await admit(request, tools)
      inBackground(deployment.id, (signal) => goOn(revision, tools, signal))
      return view(deployment, revision)
    },
    list: async () => {
      const deployments = (await store.deployments()).filter((each) => !isBeingRemoved(each))
      return Promise.all(deployments.map((each) => deploymentView(each, tools)))
    },
    get: shown,
    revisions: async (nameOrId) => {
      const deployment = await found(nameOrId)
      const revisions = await store.revisions(deployment.id)
      return Promise.all(revisions.map((each) => view(deployment, each)))
    },
    revision: async (nameOrId, number) => {
      const deployment = await found(nameOrId)
      return view(deployment, await revisionOf(deployment, number))
    },
    evidence: async (nameOrId, number) => store.evidence(await revisionOf(await found(nameOrId), number)),
    remove: async (nameOrId, options) => {
      const deployment = await store.deployment(nameOrId)
      // A name whose volumes were kept can still be asked to give them up.
      if (deployment === null || (!options.volumes && isBeingRemoved(deployment))) throw notFound(nameOrId)
      await workers.cancel(deployment.id)
      return workers.begin(deployment.id, () => removeDeployment(deployment, options, tools))
    },
    stop: async (nameOrId) => {
      const deployment = await idle(nameOrId)
      // A start that goes on is what is being stopped.
      await workers.cancel(deployment.id)
      await workers.begin(deployment.id, () => stopDeployment(deployment, tools))
      return shown(deployment.id)
    },
    start: async (nameOrId) => {
      const deployment = await idle(nameOrId)
      const failure = await workers
        .begin(deployment.id, (signal) => startDeployment(deployment, tools, signal))
        .then(
          () => null,
          (error) => startFailure(error, clock.now()),
        )
      return { deployment: await shown(deployment.id), failure }
    },
    logs: async (nameOrId, options, line, signal) => readLogs(await found(nameOrId), options, line, tools, signal),
    events: async ({ deployment, ...filter }, limit) =>
      store.events({ ...filter, deployment: deployment === undefined ? undefined : (await found(deployment)).id, limit }),
    follow: async ({ deployment, ...filter }, tell, signal) =>
      followEvents({ ...filter, deployment: deployment === undefined ? undefined : (await found(deployment)).id }, tell, store, signal),
    recover: async () => {
      await tools.routes.refreshAll()
      for (const deployment of await store.deployments())
        inBackground(deployment.id, async (signal) => recoverDeployment((await store.deployment(deployment.id)) ?? deployment, tools, signal))
    },
    close: () => workers.close(),
  }
}

function notFound(name: string): DeployError {
  return new DeployError('not_found', name)
}

/** What was seen at the gate and at the routes is an answer; a request that cannot be carried out is a refusal. */
function startFailure(error: unknown, nowMs: number) {
  if (!(error instanceof DeployError) || error.trouble.reason === 'not_found' || error.trouble.reason === 'cancelled') throw error
  return failureOf(error.trouble, nowMs)
}
