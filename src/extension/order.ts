/** Names in gate order: what others depend on first, then file order; services the file does not name follow by name (reading 8). */
export function orderServices(services: { name: string; dependsOn: string[] }[], fileOrder: string[]): string[] {
  const waiting = byFile(services, fileOrder)
  const placed = new Set<string>()
  const names = new Set(services.map((service) => service.name))
  while (placed.size < names.size) {
    const free = waiting.find(({ name, dependsOn }) => !placed.has(name) && dependsOn.every((each) => placed.has(each) || !names.has(each)))
    // A cycle, which Compose refuses: the file's order is as good as any.
    const next = free ?? waiting.find(({ name }) => !placed.has(name))
    if (next) placed.add(next.name)
  }
  return [...placed]
}

/** File order, then by name. */
export function byFile<T extends { name: string }>(services: T[], fileOrder: string[]): T[] {
  const places = new Map(fileOrder.map((name, index) => [name, index]))
  const place = (name: string) => places.get(name) ?? Number.POSITIVE_INFINITY
  return services.toSorted((a, b) => (place(a.name) === place(b.name) ? compare(a.name, b.name) : place(a.name) - place(b.name)))
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b)
}
