import { type Document, isAlias, isMap, isNode, isScalar, isSeq, type Node, type Pair, type YAMLMap } from 'yaml'
import { anchorsOf } from '../../extension/expansion.ts'
import type { Dict } from '../../extension/model.ts'
import type { Place, Source } from './source.ts'

export type Path = (string | number)[]

/** A parsed YAML (or JSON) file that knows where everything in it stands. */
export interface YamlFile {
  source: Source
  root: Dict
  /** A key, a value, or a list's item; null: it is not written here. Aliases and merges lead to where the value really stands. */
  find(path: Path): Written | null
  /** Of the key, else of the value, else of the nearest thing above it. */
  place(path: Path): Place
  placeOfValue(path: Path): Place
}

export interface Written {
  key: Node | null
  value: Node | null
}

export function yamlFile(source: Source, document: Document, root: Dict): YamlFile {
  let anchors: Map<unknown, unknown> | null = null
  const follow = (node: unknown): unknown => {
    if (!isAlias(node)) return node
    anchors ??= anchorsOf(document)
    return anchors.get(node)
  }
  const find = (path: Path) => path.reduce<Written | null>((at, part) => (at === null ? null : childOf(follow(at.value), part, follow)), top(document))
  const nearest = (path: Path, pick: (written: Written) => Node | null): Place => {
    for (let length = path.length; length >= 0; length -= 1) {
      const written = find(path.slice(0, length))
      const node = written && (pick(written) ?? written.value)
      if (node?.range) return { source, start: node.range[0], end: endOf(source, node.range) }
    }
    return { source, start: 0, end: 0 }
  }
  return { source, root, find, place: (path) => nearest(path, ({ key }) => key), placeOfValue: (path) => nearest(path, ({ value }) => value) }
}

function top(document: Document): Written {
  return { key: null, value: isNode(document.contents) ? document.contents : null }
}

function childOf(parent: unknown, part: string | number, follow: (node: unknown) => unknown): Written | null {
  if (isSeq(parent)) {
    const item = parent.items[Number(part)]
    return isNode(item) ? { key: null, value: item } : null
  }
  if (!isMap(parent)) return null
  const own = pairsOf(parent).get(String(part))
  if (own !== undefined) return writtenOf(own)
  for (const each of merged(parent.items, follow)) {
    const found = childOf(each, part, follow)
    if (found !== null) return found
  }
  return null
}

const known = new WeakMap<YAMLMap, Map<string, Pair>>()

function pairsOf(map: YAMLMap): Map<string, Pair> {
  const before = known.get(map)
  if (before !== undefined) return before
  const pairs = new Map(map.items.map((pair) => [nameOf(pair.key), pair]))
  known.set(map, pairs)
  return pairs
}

/** What `<<` brings in; the first of a list wins (YAML merge key, draft of 2005). */
function merged(items: Pair[], follow: (node: unknown) => unknown): unknown[] {
  return items
    .filter(({ key }) => nameOf(key) === '<<')
    .map(({ value }) => follow(value))
    .flatMap((value) => (isSeq(value) ? value.items.map(follow) : [value]))
}

/** `yaml` makes a symbol of a merge key. */
function nameOf(key: unknown): string {
  if (!isScalar(key)) return String(key)
  return typeof key.value === 'symbol' ? (key.value.description ?? '') : String(key.value as string | number | boolean | null)
}

function writtenOf({ key, value }: Pair): Written {
  return { key: isNode(key) ? key : null, value: isNode(value) ? value : null }
}

/** Without the line ends that belong to a block. */
function endOf({ text }: Source, [start, end]: readonly [number, number, number]): number {
  let last = end
  while (last > start && /\s/.test(text[last - 1] ?? '')) last -= 1
  return last
}
