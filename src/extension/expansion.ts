import { type Document, isAlias, isCollection, isMap, isNode, isPair, isScalar, type YAMLMap } from 'yaml'

/** Expanded to more than this, a file is a bomb: 8 levels of nine aliases took Compose 17 GB (facts/compose-attacks.json). */
const largest = 2_000_000
const deepest = 64
/** `yaml` looks for each alias's anchor among all of them before it: more than this and reading takes seconds (2.9.1). */
const mostAliases = 5000

/** Why a document must not be expanded, and where; or null. Linear in the file: each anchor is weighed once. */
export function expansionTrouble(document: Document): Trouble | null {
  const anchors = anchorsOf(document)
  if (anchors.size > mostAliases) return { why: `it has more than ${mostAliases} aliases`, offset: null }
  const weight = weigher(anchors)(document.contents, 0)
  return 'why' in weight ? weight : null
}

interface Trouble {
  why: string
  /** null: of the whole file. */
  offset: number | null
}

type Weight = { size: number; depth: number } | Trouble

const tooDeep: Trouble = { why: `it is nested more than ${deepest} levels deep`, offset: null }

function weigher(anchors: Map<unknown, unknown>): (node: unknown, level: number) => Weight {
  const known = new Map<unknown, Weight>()
  const open = new Set<unknown>()
  function weigh(node: unknown, level: number): Weight {
    if (level > deepest) return tooDeep
    if (isScalar(node)) return { size: 1 + String((node.value as string | number | boolean | null) ?? '').length, depth: 0 }
    if (isAlias(node))
      return anchors.get(node)
        ? follow(anchors.get(node), level)
        : { why: `nothing is anchored as ${node.source} before this alias`, offset: node.range?.[0] ?? null }
    return isCollection(node) ? follow(node, level) : { size: 1, depth: 0 }
  }
  function follow(node: unknown, level: number): Weight {
    if (open.has(node)) return { why: 'an alias contains itself', offset: null }
    const before = known.get(node)
    if (before !== undefined) return before
    const twice = isMap(node) ? duplicateOf(node) : null
    if (twice !== null) return twice
    open.add(node)
    const weight = isCollection(node)
      ? sum(
          node.items.flatMap((item) => (isPair(item) ? [item.key, item.value] : [item])),
          level,
        )
      : weigh(node, level)
    open.delete(node)
    known.set(node, weight)
    return weight
  }
  function sum(nodes: unknown[], level: number): Weight {
    let total = { size: 1, depth: 0 }
    for (const node of nodes) {
      const weight = weigh(node, level + 1)
      if ('why' in weight) return weight
      total = { size: total.size + weight.size, depth: Math.max(total.depth, weight.depth + 1) }
      if (total.size > largest) return { why: 'its aliases expand to far more than it says', offset: null }
      if (total.depth > deepest) return tooDeep
    }
    return total
  }
  return weigh
}

/** Here rather than by `yaml`, which compares each key with every other: 100,000 keys would take minutes (2.9.1). */
function duplicateOf(map: YAMLMap): Trouble | null {
  const seen = new Set<unknown>()
  for (const { key } of map.items) {
    const name = isScalar(key) ? String(key.value) : key
    if (seen.has(name) && name !== '<<') return { why: 'the same key stands here twice', offset: isNode(key) ? (key.range?.[0] ?? null) : null }
    seen.add(name)
  }
  return null
}

/** An alias means the last anchor of its name before it: one pass over the document, in its order. */
export function anchorsOf(document: Document): Map<unknown, unknown> {
  const byName = new Map<string, unknown>()
  const sources = new Map<unknown, unknown>()
  const stack: unknown[] = [document.contents]
  while (stack.length > 0) {
    const node = stack.pop()
    if (isAlias(node)) sources.set(node, byName.get(node.source))
    else if (isPair(node)) stack.push(node.value, node.key)
    else {
      if ((isCollection(node) || isScalar(node)) && node.anchor !== undefined) byName.set(node.anchor, node)
      if (isCollection(node)) for (const item of node.items.toReversed()) stack.push(item)
    }
  }
  return sources
}
