import { admit } from './admit.ts'
import { appHealth } from './app-health.ts'
import { containersNow } from './containers-now.ts'
import { deploymentView } from './deployment-view.ts'
import { DeployError, failureOf } from './failure.ts'
import { followEvents } from './follow-events.ts'
import { forecast } from './forecast.ts'
import { judge } from './judge.ts'
import { keepAddresses } from './keep-addresses.ts'
import { readLogs } from './read-logs.ts'
import type { Deployment, Revision } from './record.ts'
import { isBeingRemoved, isForgotten, recoverDeployment } from './recover.ts'
import { removeDeployment } from './remove.ts'
import { removeUnrecorded } from './remove-unrecorded.ts'
import { revisionView } from './revision-view.ts'
import { startDeployment, stopDeployment } from './stop-and-start.ts'
import type { Tools } from './tools.ts'
import { isSettled } from './transitions.ts'
import { untilDone } from './until-done.ts'
import type { Controller } from './view.ts'
import { createWorkers, ShuttingDown } from './workers.ts'

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
  const closing = new AbortController()
  /** What is recorded is worked on by somebody: by the next process, if not by this one. */
  const admissions = new Set<Promise<unknown>>()
  /** Starts that go on or wait. */
  const starts = new Set<{ id: string; over: AbortController }>()

  /** In the background, and again until it is done; other work comes in between. */
  const recover = (id: string) => {
    void untilDone(() => workers.begin(id, (signal) => recoverDeployment(id, tools, signal)), tools, closing.signal)
  }
  /** What was wanted is on record: it comes true although it could not be done now. */
  const orRecover = (id: string, work: Promise<unknown>) => work.catch(() => recover(id))
  const found = async (nameOrId: string) => {
    const deployment = await store.deployment(nameOrId)
    if (deployment === null || (isBeingRemoved(deployment) && (await store.newest(deployment.id)) === null)) throw notFound(nameOrId)
    return deployment
  }
  /** Neither being deployed nor removed. */
  const idle = async (nameOrId: string) => {
    const deployment = await found(nameOrId)
    if (isBeingRemoved(deployment)) throw notFound(nameOrId)
    // Only the newest can be unsettled: no other is admitted meanwhile.
    const newest = await store.newest(deployment.id)
    if (newest !== null && !isSettled(newest.state)) throw new DeployError('busy', '')
    return deployment
  }
  const revisionOf = async ({ id, name }: Deployment, number: number | null): Promise<Revision> => {
    const newest = await store.newest(id)
    const revision = number === null ? newest : await store.revision({ deployment: id, revision: number })
    if (revision !== null) return revision
    if (newest === null) throw notFound(name)
    throw new DeployError('not_found', `${name} has no revision ${number}`, { fix: `Its newest revision is ${newest.revision}.` })
  }
  const view = async (deployment: Deployment, revision: Revision) => revisionView(deployment, revision, tools)
  const shown = async (id: string) => deploymentView(await found(id), tools)

  return {
    submit: async (request) => {
      closing.signal.throwIfAborted()
      const admission = admit(request, tools).finally(() => admissions.delete(admission))
      admissions.add(admission)
      const { deployment, revision } = await admission
      request.admitted?.()
      recover(deployment.id)
      return view(deployment, revision)
    },
    waiting: () => tools.places.waiting(),
    forecast: (request) => forecast(request, tools),
    named: async (nameOrId) => (await store.deployment(nameOrId))?.name ?? null,
    judge: (request) => judge(request, tools),
    list: async () => {
      const views = await Promise.all((await store.deployments()).map((each) => deploymentView(each, tools)))
      // What is being removed is there until it is gone; of a name whose volumes were kept nothing is.
      return views.filter(({ wanted, latest }) => latest !== null || !wanted.startsWith('removed'))
    },
    get: shown,
    health: async (nameOrId) => appHealth(await found(nameOrId), tools, closing.signal),
    containers: async (nameOrId) => containersNow(await found(nameOrId), tools),
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
      const removable = async (key: string) => {
        const deployment = await store.deployment(key)
        // A name whose volumes were kept can still be asked to give them up.
        if (deployment === null || (!options.volumes && isForgotten(deployment, await store.newest(deployment.id)))) throw notFound(nameOrId)
        return deployment
      }
      const { id } = await removable(nameOrId)
      await workers.cancel(id)
      const removal = workers.begin(id, async () => removeDeployment(await removable(id), options, tools))
      void orRecover(id, removal)
      return removal
    },
    stop: async (nameOrId) => {
      const { id } = await idle(nameOrId)
      // A start that goes on is what is being stopped.
      for (const start of starts) if (start.id === id) start.over.abort(new DeployError('cancelled', 'it was stopped'))
      const stop = workers.begin(id, async () => stopDeployment(await idle(id), tools))
      void orRecover(id, stop)
      await stop
      return shown(id)
    },
    start: async (nameOrId) => {
      const { id } = await idle(nameOrId)
      const start = { id, over: new AbortController() }
      starts.add(start)
      const started = workers.begin(id, async (signal) => startDeployment(await idle(id), tools, AbortSignal.any([signal, start.over.signal])))
      void orRecover(id, started)
      const failure = await started
        .then(
          () => null,
          (error) => startFailure(error, clock.now()),
        )
        .finally(() => starts.delete(start))
      return { deployment: await shown(id), failure }
    },
    logs: async (nameOrId, options, line, signal) => readLogs(await found(nameOrId), options, line, tools, signal),
    events: async ({ deployment, ...filter }, limit) =>
      store.events({ ...filter, deployment: deployment === undefined ? undefined : (await found(deployment)).id, limit }),
    follow: async ({ deployment, ...filter }, tell, signal) =>
      followEvents({ ...filter, deployment: deployment === undefined ? undefined : (await found(deployment)).id }, tell, store, signal),
    recover: async () => {
      await tools.routes.refreshAll()
      void keepAddresses(tools, closing.signal)
      for (const { id } of await store.deployments()) recover(id)
      void untilDone(() => removeUnrecorded(tools), tools, closing.signal)
    },
    close: async () => {
      closing.abort(new ShuttingDown())
      await Promise.allSettled(admissions)
      await workers.close()
    },
  }
}

function notFound(name: string): DeployError {
  return new DeployError('not_found', `no deployment is called ${name}`)
}

/** What was seen at the gate and at the routes is an answer; a request that cannot be carried out is a refusal. */
function startFailure(error: unknown, nowMs: number) {
  if (!(error instanceof DeployError) || error.trouble.reason === 'not_found' || error.trouble.reason === 'cancelled') throw error
  return failureOf(error.trouble, nowMs)
}
