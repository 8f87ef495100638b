import type { ModelService } from '../../model/services.ts'
import type { Case } from './case.ts'

export type Mount = ModelService['mounts'][number]

/** The innermost mount that this path lies in. */
export function coveredBy(mounts: Mount[], path: string): Mount | null {
  const over = mounts.filter(({ target }) => target !== '' && (path === target || path.startsWith(`${target.replace(/\/$/, '')}/`)))
  return over.toSorted((a, b) => b.target.length - a.target.length)[0] ?? null
}

/** As the Compose file has it: a folder of the extension, or a volume. */
export function shown({ revision }: Pick<Case, 'revision'>, { type, source }: Mount): string {
  if (type === 'tmpfs') return 'a tmpfs'
  if (type !== 'bind') return source === '' ? 'an anonymous volume' : `the volume ${source}`
  const { folder } = revision.source
  if (source === folder) return './'
  return source.startsWith(`${folder}/`) ? `./${source.slice(folder.length + 1)}` : source
}
