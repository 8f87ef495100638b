import type { Reason } from './failure.ts'
import { fitToKeep } from './fit-to-keep.ts'
import type { Container, Ports } from './ports.ts'
import type { Revision } from './record.ts'
import type { Trouble } from './verdict.ts'
import { lastLineOf } from './words.ts'

/** Reasons whose cause is most likely what the container printed before it ended. */
const told: Reason[] = ['container_exited', 'crash_loop', 'dependency_failed']

/** The trouble with the last line that the container printed, where that is likely to say why. */
export async function withLastWords(trouble: Trouble, container: Container | null, revision: Revision, { engine }: Pick<Ports, 'engine'>): Promise<Trouble> {
  if (container === null || !told.includes(trouble.reason)) return trouble
  const said = fitToKeep(lastLineOf(await engine.logTail(container.id, 50, 8192)), revision, container, 300)
  return said === '' ? trouble : { ...trouble, detail: `${trouble.detail}; the last it printed: ${said}` }
}
