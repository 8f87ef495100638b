import type { ContainerEvidence } from './record.ts'
import { memoryOf } from './words.ts'

/**
 * What is DEPLOYED and yet loses processes: the engine says OOMKilled of a container that goes on when the kernel has killed one of its processes
 * that was not the first (Docker 26.1.5). Empty: none does.
 */
export function memoryNotices(containers: Pick<ContainerEvidence, 'service' | 'replica' | 'state' | 'oomKilled' | 'facts'>[]): string[] {
  return containers
    .filter(({ state, oomKilled }) => oomKilled && state === 'running')
    .map(({ service, facts }) => {
      const limit = facts?.memoryLimit ? `its limit of ${memoryOf(facts.memoryLimit)}` : 'what it may have'
      return `${service}: the kernel has killed processes in it, for it needs more memory than ${limit}; it goes on without them. Raise \`mem_limit:\`, or start fewer workers.`
    })
    .filter((text, at, all) => all.indexOf(text) === at)
}
