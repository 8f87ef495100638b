import type { Kind } from './record.ts'

/** Path of a deployment's `path` route, without a slash at the end: /runtime/apps|services|tools/<id>. */
export function pathPrefix(kind: Kind, id: string): string {
  return `/runtime/${kind}s/${id}`
}
