import { type Document, isAlias, isCollection, isPair, isScalar, type Node } from 'yaml'

/** Expanded to more than this, a file is a bomb: 8 levels of nine aliases took Compose 17 GB (facts/compose-attacks.json). */
const largest = 2_000_000
const deepest = 64

/** Why a document must not be expanded, or null. Linear in the file: each anchor is weighed once. */
export function expansionTrouble(document: Document): string | null {
  const weigh = weigher(document)
  const weight = weigh(document.contents as Node | null, 0)
  return typeof weight === 'string' ? weight : null
}

type Weight = { size: number; depth: number } | string

function weigher(document: Document): (node: unknown, level: number) => Weight {
  const known = new Map<unknown, Weight>()
  const open = new Set<unknown>()
  const anchors = anchorsOf(document)
  function weigh(node: unknown, level: number): Weight {
    if (level > deepest) return `it is nested more than ${deepest} levels deep`
    if (isScalar(node)) return { size: 1 + String(node.value ?? '').length, depth: 0 }
    if (isAlias(node)) return follow(anchors.get(node), level)
    return isCollection(node) ? follow(node, level) : { size: 1, depth: 0 }
  }
  function follow(node: unknown, level: number): Weight {
    if (open.has(node)) return 'an alias contains itself'
    const before = known.get(node)
    if (before !== undefined) return before
    open.add(node)
    const weight = isCollection(node) ? sum(node.items.flatMap((item) => (isPair(item) ? [item.key, item.value] : [item])), level) : weigh(node, level)
    open.delete(node)
    known.set(node, weight)
    return weight
  }
  function sum(nodes: unknown[], level: number): Weight {
    let total = { size: 1, depth: 0 }
    for (const node of nodes) {
      const weight = weigh(node, level + 1)
      if (typeof weight === 'string') return weight
      total = { size: total.size + weight.size, depth: Math.max(total.depth, weight.depth + 1) }
      if (total.size > largest) return 'its aliases expand to far more than it says'
      if (total.depth > deepest) return `it is nested more than ${deepest} levels deep`
    }
    return total
  }
  return weigh
}

/** An alias means the last anchor of its name before it: one pass over the document, in its order. */
function anchorsOf(document: Document): Map<unknown, unknown> {
  const byName = new Map<string, unknown>()
  const sources = new Map<unknown, unknown>()
  const stack: unknown[] = [document.contents]
  while (stack.length > 0) {
    const node = stack.pop()
    if (isAlias(node)) sources.set(node, byName.get(node.source))
    else if (isPair(node)) stack.push(node.value, node.key)
    else {
      if ((isCollection(node) || isScalar(node)) && node.anchor !== undefined) byName.set(node.anchor, node)
      if (isCollection(node)) stack.push(...node.items.toReversed())
    }
  }
  return sources
}
