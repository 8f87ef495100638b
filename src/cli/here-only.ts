import { usageError } from './cli-error.ts'
import type { Context } from './context.ts'

/** A folder is read where it is: by the control plane of the same machine. */
export function hereOnly(context: Context): Context {
  if (!context.remote) return context
  throw usageError(
    'The folder is on this machine, and the control plane that is named is on another.',
    'Call it on that machine, or leave out --server and TORII_SERVER.',
  )
}
