import type { Asked } from './api.ts'
import { ensureServer } from './background.ts'
import type { Context } from './context.ts'
import { prepare } from './prepare.ts'
import { type RequestOptions, requestOf } from './request-of.ts'
import { orRemoved, sendFolder } from './send-folder.ts'

/** What a command asks of a folder. */
interface Question<T> {
  /** Whatever a deployment needs is brought to this machine first. */
  bringImages: boolean
  /** An upload is not needed any more when it is answered. */
  once: boolean
  ask(request: Asked): Promise<T>
}

/**
 * Asks about a folder: this machine's control plane, which is started for it, reads it where it is; to another one it is sent. Rejects with
 * DeployError, CliError.
 */
export async function askedOf<T>(
  path: string,
  options: RequestOptions,
  here: Context,
  signal: AbortSignal,
  { bringImages, once, ask }: Question<T>,
): Promise<T> {
  const request = await requestOf(path, options)
  if (!here.remote) {
    await prepare(here.config, bringImages ? request.path : null, signal)
    await ensureServer(here.config, here.clock, signal)
    return ask(request)
  }
  const sent = await sendFolder(path, here, signal)
  const { path: _, ...rest } = request
  const answer = await orRemoved(sent, here, ask({ ...rest, ...sent }))
  if (once) await here.api.removeUpload(sent.upload).catch(() => {})
  return answer
}
