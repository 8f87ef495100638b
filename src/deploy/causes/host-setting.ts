import { listenEverywhere } from './bind-everywhere.ts'
import type { Case } from './case.ts'
import { everywhere } from './listen-everywhere.ts'

/** The whole line where a word or variable of it names the container itself, else what the framework is told with. */
export function hostSetting(seen: Case): string {
  const line = everywhere(seen, seen.revision.plan?.route?.port ?? 8000)
  return line.includes('write `') ? line : listenEverywhere(seen)
}
