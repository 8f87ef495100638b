import { scrubberOf } from '../text/hide-secrets.ts'
import { scrubValue } from '../text/scrub-value.ts'
import { namedSecrets } from '../text/secret-variables.ts'
import type { Store } from './ports.ts'
import type { RevisionScrubbers } from './revision-scrubbers.ts'
import type { Controller } from './view.ts'

/** The answers that are made of a look and not of the record, scrubbed of the secrets of what was looked at. */
export function scrubbedController<C extends Controller>(
  controller: C,
  store: Pick<Store, 'deployment' | 'revision' | 'newest'>,
  scrubbers: RevisionScrubbers,
): C {
  const shown = async (nameOrId: string) => {
    const deployment = await store.deployment(nameOrId)
    if (deployment === null) return null
    const { id, live } = deployment
    const revision = live === null ? await store.newest(id) : await store.revision({ deployment: id, revision: live })
    return revision === null ? null : scrubbers.of(revision)
  }
  const clean = async <T>(nameOrId: string, answer: Promise<T>): Promise<T> => {
    const [value, scrubber] = await Promise.all([answer, shown(nameOrId)])
    return scrubber === null ? value : scrubValue(value, scrubber)
  }
  return {
    ...controller,
    forecast: async (request) => scrubValue(await controller.forecast(request), scrubberOf(namedSecrets(request.env ?? {}))),
    health: (nameOrId) => clean(nameOrId, controller.health(nameOrId)),
    containers: (nameOrId) => clean(nameOrId, controller.containers(nameOrId)),
    start: (nameOrId) => clean(nameOrId, controller.start(nameOrId)),
  }
}
