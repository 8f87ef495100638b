import { eventOf } from './container-events.ts'
import { DeployError, isUnreachable } from './failure.ts'
import type { Seen } from './judge-container.ts'
import type { Container, Ports } from './ports.ts'
import { type Revision, refOf } from './record.ts'
import { errorOf } from './wait-for.ts'

interface World extends Pick<Ports, 'engine' | 'store'> {
  /** Looks at this container. */
  look(id: string): Promise<void>
  /** Called with what makes the revision fail. */
  failed(error: unknown): void
  /** Called when it has started. */
  started(id: string): void
}

/** Starts each container of a revision once, as soon as nothing holds it back. */
export interface Starter {
  startIfFree(seen: Seen): void
  /** Those whose start is under way: the engine holds their lock meanwhile, and a look would wait for it (Docker 26.1.5). */
  readonly underWay: ReadonlySet<string>
  /** Resolves when none is under way; begins none any more. */
  end(): Promise<void>
}

export function createStarter(revision: Revision, { engine, store, look, failed, started }: World): Starter {
  const asked = new Set<string>()
  const underWay = new Set<string>()
  const starts = new Set<Promise<void>>()
  let over = false

  async function start(container: Container): Promise<void> {
    const { id, service, replica } = container
    try {
      await store.tell(refOf(revision), eventOf({ service, replica }, 'starting'))
      await engine.start(container)
      started(id)
      underWay.delete(id)
      await look(id)
    } catch (error) {
      underWay.delete(id)
      if (!isUnreachable(error)) failed(error instanceof DeployError ? errorOf({ ...error.trouble, service }) : error)
      await look(id)
      // Not the container's fault: it is still `created`, and the next look that finds the engine starts it.
      if (isUnreachable(error)) asked.delete(id)
    }
  }

  return {
    underWay,
    startIfFree: ({ container, heldBackBy }) => {
      if (container?.state !== 'created' || heldBackBy.length > 0 || asked.has(container.id) || over) return
      asked.add(container.id)
      underWay.add(container.id)
      const begun = start(container).finally(() => starts.delete(begun))
      starts.add(begun)
    },
    end: async () => {
      over = true
      await Promise.all(starts)
    },
  }
}
