import { type Revision, refOf } from './record.ts'
import type { Tools } from './tools.ts'

/** Before the pull, which may take long: what is mounted is what was admitted. Doing it again copies nothing twice. */
export async function copyMounts(revision: Revision, { extensions }: Pick<Tools, 'extensions'>, signal: AbortSignal): Promise<void> {
  await extensions.copyMounts(revision.resolved, refOf(revision), revision.source, signal)
}
