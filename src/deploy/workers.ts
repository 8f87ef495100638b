import { DeployError } from './failure.ts'

/** Thrown into work that is called off because this process ends: another one goes on with it. */
export class ShuttingDown extends Error {
  constructor() {
    super('the control plane is shutting down')
    this.name = 'ShuttingDown'
  }
}

/** The work that goes on: one at a time for each deployment, in the order it was asked for. */
export interface Workers {
  /** Answers what the work answers. Rejects as it does, or with the reason for which it was called off. */
  begin<T>(deployment: string, work: (signal: AbortSignal) => Promise<T>): Promise<T>
  /** Calls off what goes on for this deployment and what waits, and comes back when all of it has let go. */
  cancel(deployment: string): Promise<void>
  /** Calls off everything; nothing begins any more. */
  close(): Promise<void>
}

interface Lane {
  calledOff: Set<AbortController>
  last: Promise<unknown>
}

export function createWorkers(): Workers {
  const lanes = new Map<string, Lane>()
  let closed = false

  const end = async (id: string, reason: Error) => {
    const lane = lanes.get(id)
    for (const over of lane?.calledOff ?? []) over.abort(reason)
    await lane?.last
  }

  return {
    begin: async (id, work) => {
      if (closed) throw new ShuttingDown()
      const lane = lanes.get(id) ?? { calledOff: new Set(), last: Promise.resolve() }
      lanes.set(id, lane)
      const over = new AbortController()
      lane.calledOff.add(over)
      const done = lane.last.then(() => {
        over.signal.throwIfAborted()
        return work(over.signal)
      })
      lane.last = done
        .then(
          () => {},
          () => {},
        )
        .then(() => {
          lane.calledOff.delete(over)
          if (lane.calledOff.size === 0) lanes.delete(id)
        })
      return done
    },
    cancel: (id) => end(id, new DeployError('cancelled', '')),
    close: async () => {
      closed = true
      await Promise.all([...lanes.keys()].map((id) => end(id, new ShuttingDown())))
    },
  }
}
