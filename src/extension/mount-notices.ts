import type { Source } from '../deploy/record.ts'
import { cleanText } from '../text/clean.ts'
import { copiedBinds } from './copied-binds.ts'
import { type Model, type Mount, servicesOf } from './model.ts'
import { undollar } from './model-text.ts'

/** What people should know of mounts before anything starts: which are the live folder, and which of them they might take for a copy. */
export function mountNotices(model: Model, source: Pick<Source, 'folder' | 'upload'>): string[] {
  const copied = copiedBinds(model, source)
  return servicesOf(model).flatMap(([service, { volumes }]) =>
    (volumes ?? []).flatMap((mount) => {
      const said = mount.type === 'bind' ? noticeOf(mount, source, copied.has(undollar(mount.source ?? ''))) : null
      return said === null ? [] : [cleanText(`${service}: ${mount.target} is ${said}`, { max: 300 })]
    }),
  )
}

function noticeOf(mount: Mount, { folder }: Pick<Source, 'folder'>, isCopied: boolean): string | null {
  const path = relativeTo(folder, undollar(mount.source ?? ''))
  const isWritable = mount.read_only !== true
  if (isCopied) return isWritable ? `a copy of ${path} that cannot be written, for the extension was uploaded: data belongs into a named volume.` : null
  return isWritable
    ? `the live folder ${path}: what the container writes there stays.`
    : `the live folder ${path}, and no copy of it: another mount of it may be written.`
}

function relativeTo(folder: string, path: string): string {
  return path.startsWith(`${folder}/`) ? `./${path.slice(folder.length + 1)}` : '.'
}
