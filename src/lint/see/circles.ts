type Arrows = ReadonlyMap<string, readonly string[]>

/** Which circle each name belongs to, by number; names in none are left out. One walk along the arrows and one against them (Kosaraju). */
export function circlesOf(arrows: Arrows): Map<string, number> {
  const seen = new Set<string>()
  const finished = [...arrows.keys()].flatMap((name) => walk(name, arrows, seen))
  const against = reversed(arrows)
  const taken = new Set<string>()
  const groups = finished.toReversed().map((name) => walk(name, against, taken))
  return new Map(groups.filter(({ length }) => length > 1).flatMap((group, number) => group.map((name) => [name, number] as const)))
}

/** What is reached and not yet seen, each behind all that is reached from it. Without recursion: a chain may be as long as a file. */
function walk(start: string, arrows: Arrows, seen: Set<string>): string[] {
  if (seen.has(start)) return []
  seen.add(start)
  const finished: string[] = []
  const path = [{ name: start, next: 0 }]
  for (let top = path.at(-1); top !== undefined; top = path.at(-1)) {
    const target = arrows.get(top.name)?.[top.next]
    top.next += 1
    if (target === undefined) finished.push((path.pop() as { name: string }).name)
    else if (arrows.has(target) && !seen.has(target)) {
      seen.add(target)
      path.push({ name: target, next: 0 })
    }
  }
  return finished
}

function reversed(arrows: Arrows): Arrows {
  const against = new Map<string, string[]>([...arrows.keys()].map((name) => [name, []]))
  for (const [from, targets] of arrows) for (const target of targets) against.get(target)?.push(from)
  return against
}
