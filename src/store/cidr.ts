/** IPv4 addresses from `first` up to `end`, which is the first one behind it. */
export interface Range {
  first: number
  end: number
}

/** The range of a CIDR, whatever its host bits say; null: no IPv4. */
export function rangeOf(cidr: string): Range | null {
  const match = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})(?:\/(\d{1,2}))?$/.exec(cidr)
  if (!match) return null
  const address = match.slice(1, 5).reduce((sum, part) => sum * 256 + Number(part), 0)
  const size = sizeOf(Number(match[5] ?? 32))
  const first = address - (address % size)
  return { first, end: first + size }
}

export function cidrOf(first: number, prefix: number): string {
  return `${[24, 16, 8, 0].map((bits) => Math.floor(first / 2 ** bits) % 256).join('.')}/${prefix}`
}

/** Addresses of a network with this prefix length. */
export function sizeOf(prefix: number): number {
  return 2 ** (32 - prefix)
}
