import { isDict } from '../../extension/model-text.ts'
import type { ComposeFile } from '../see/extension.ts'
import type { Place } from '../see/source.ts'
import type { Path } from '../see/yaml-file.ts'

/** Every text of a file that has a dollar in it: what Compose interpolates. */
export function scalarsOf(file: ComposeFile): { text: string; at: Place; path: Path }[] {
  if (!file.source.text.includes('$')) return []
  return textsIn(file.root, []).map(({ text, path }) => ({ text, path, at: file.placeOfValue(path) }))
}

function textsIn(value: unknown, path: Path): { text: string; path: Path }[] {
  if (typeof value === 'string') return value.includes('$') ? [{ text: value, path }] : []
  if (Array.isArray(value)) return value.flatMap((each: unknown, index) => textsIn(each, [...path, index]))
  return isDict(value) ? Object.entries(value).flatMap(([key, each]) => textsIn(each, [...path, key])) : []
}
