import { look } from '../../extension/policy/look.ts'
import type { Look } from '../../extension/policy/rule.ts'

/** The policy's look at paths; each is looked at once, since several of its rows ask for the same. Good for one run. */
export function rememberingLook(): (path: string) => Look {
  const known = new Map<string, Look>()
  return (path) => {
    const seen = known.get(path) ?? look(path)
    known.set(path, seen)
    return seen
  }
}
