import type { Scope } from '../deploy/access.ts'

/** Who asks: whoever sent a token that is good. */
export interface Caller {
  /** The token's name; `local`: the token of the state folder. */
  name: string
  /** Id of the token; null: the state folder's. */
  token: string | null
  scope: Scope
  /** Patterns of the deployments it may know of; none: all. */
  names: readonly string[]
  /** Aborts when the token is revoked or expires: what it follows ends. */
  over: AbortSignal
}

/** Whoever can read the state folder may do everything. */
export const localCaller: Caller = { name: 'local', token: null, scope: 'admin', names: [], over: new AbortController().signal }

/** Sees nothing: `-` matches no name that a deployment can have. */
export const nobody: Pick<Caller, 'name' | 'names'> = { name: '', names: ['-'] }
