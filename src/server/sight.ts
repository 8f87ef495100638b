import { DeployError } from '../deploy/failure.ts'
import type { NamedRequest } from '../deploy/ports.ts'
import type { StoredEvent } from '../deploy/record.ts'
import type { Controller, EventFilter } from '../deploy/view.ts'
import { allowedTo } from './allowed-name.ts'
import type { Caller } from './caller.ts'
import { matchesName } from './name-pattern.ts'

/**
 * The same controller as a caller may know it: what its patterns do not name is not there, in lists and events as in answers, and no
 * deployment can be called so.
 */
export function asSeenBy({ name, names }: Pick<Caller, 'name' | 'names'>, controller: Controller): Controller {
  if (names.length === 0) return controller
  const sees = (deployment: string) => matchesName(names, deployment)
  /** Rejects as the heart does for one that there is not. */
  const seen = async (nameOrId: string): Promise<string> => {
    const known = await controller.named(nameOrId)
    if (known === null || !sees(known)) throw new DeployError('not_found', `no deployment is called ${nameOrId}`)
    return nameOrId
  }
  const asAllowed = <T extends NamedRequest>(request: T): T => allowedTo({ name, names }, request)
  return {
    submit: (request) => controller.submit(asAllowed(request)),
    forecast: (request) => controller.forecast(asAllowed(request)),
    judge: (request) => controller.judge(asAllowed(request)),
    waiting: () => controller.waiting(),
    named: async (nameOrId) => {
      const known = await controller.named(nameOrId)
      return known !== null && sees(known) ? known : null
    },
    list: async () => (await controller.list()).filter((each) => sees(each.name)),
    get: async (which) => controller.get(await seen(which)),
    health: async (which) => controller.health(await seen(which)),
    containers: async (which) => controller.containers(await seen(which)),
    revisions: async (which) => controller.revisions(await seen(which)),
    revision: async (which, number) => controller.revision(await seen(which), number),
    evidence: async (which, number) => controller.evidence(await seen(which), number),
    remove: async (which, options) => controller.remove(await seen(which), options),
    stop: async (which) => controller.stop(await seen(which)),
    start: async (which) => controller.start(await seen(which)),
    logs: async (which, ...rest) => controller.logs(await seen(which), ...rest),
    events: async (filter, limit) => {
      if (filter.deployment !== undefined) return controller.events({ ...filter, deployment: await seen(filter.deployment) }, limit)
      return controller.events({ ...filter, sees }, limit)
    },
    follow: async (filter, tell, signal) => {
      if (filter.deployment !== undefined) return controller.follow({ ...filter, deployment: await seen(filter.deployment) }, tell, signal)
      return followSeen(filter, tell, signal, controller, createNames(controller, sees))
    },
  }
}

/** Whether an event is of a deployment that is seen. An id is one name's for ever, and is remembered: of what is gone nobody knows it any more. */
function createNames(controller: Pick<Controller, 'named' | 'list'>, sees: (name: string) => boolean) {
  const known = new Map<string, boolean>()
  return {
    learn: async () => {
      for (const { id, name } of await controller.list()) known.set(id, sees(name))
    },
    sees: async ({ deployment }: StoredEvent): Promise<boolean> => {
      const remembered = known.get(deployment)
      if (remembered !== undefined) return remembered
      const name = await controller.named(deployment)
      const seen = name !== null && sees(name)
      if (name !== null) known.set(deployment, seen)
      return seen
    },
  }
}

type Names = ReturnType<typeof createNames>

/** One after the other, in their order, although a look at the record lies between; one that fails ends it, and rejects. */
async function followSeen(
  filter: EventFilter,
  tell: (event: StoredEvent) => void,
  signal: AbortSignal,
  controller: Pick<Controller, 'follow'>,
  names: Names,
): Promise<void> {
  await names.learn()
  const failed = new AbortController()
  const over = AbortSignal.any([signal, failed.signal])
  let last: Promise<void> = Promise.resolve()
  const tellIfSeen = async (event: StoredEvent) => {
    if (!over.aborted && (await names.sees(event)) && !over.aborted) tell(event)
  }
  const inTurn = (event: StoredEvent) => {
    last = last.then(() => tellIfSeen(event)).catch((error: unknown) => failed.abort(error))
  }
  await controller.follow(filter, inTurn, over)
  await last
  failed.signal.throwIfAborted()
}
