import { DeployError } from '../deploy/failure.ts'
import type { Source } from '../deploy/record.ts'
import { cleanText } from '../text/clean.ts'
import { type Model, servicesOf } from './model.ts'
import { undollar } from './model-text.ts'
import type { World } from './world.ts'

/**
 * Of an upload nothing can be written: a folder for data that is not even sent would be empty and read-only. Rejects with compose_invalid, as
 * the service would fail in words that nobody understands.
 */
export function checkUploadBinds(model: Model, { folder, upload }: Pick<Source, 'folder' | 'upload'>, { look }: Pick<World, 'look'>): void {
  if (upload === undefined) return
  for (const [service, { volumes }] of servicesOf(model))
    for (const { type, source = '', target = '', read_only } of volumes ?? []) {
      const path = undollar(source)
      if (type !== 'bind' || read_only === true || look(path).is !== 'missing') continue
      const shown = path.startsWith(`${folder}/`) ? `./${path.slice(folder.length + 1)}` : path
      const detail = `${service} mounts ${shown} at ${target} to write there, and the upload has no such folder: what it writes would have no place`
      throw new DeployError('compose_invalid', cleanText(detail, { max: 400 }), {
        service,
        fix: cleanText(`Use a named volume: \`data:${target}\` there, and \`volumes: {data: {}}\` at the top.`, { max: 300 }),
      })
    }
}
