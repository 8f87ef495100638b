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

export interface HostRoute {
  device: string
  cidr: string
}

/** What this host routes somewhere: /proc/net/route, addresses and masks as hex in the machine's own order, on all that Docker runs on the last byte first. */
export function routesIn(table: string): HostRoute[] {
  return table
    .split('\n')
    .slice(1)
    .map((line) => line.trim().split(/\s+/))
    .filter(([, destination = '', , , , , , mask = '']) => isHex(destination) && isHex(mask))
    .map(([device = '', destination = '', , , , , , mask = '']) => ({ device, cidr: cidrOf(numberOf(destination), bitsOf(mask)) }))
}

function isHex(text: string): boolean {
  return /^[0-9A-F]{8}$/i.test(text)
}

function numberOf(hex: string): number {
  return Buffer.from(hex, 'hex').readUInt32LE()
}

function bitsOf(mask: string): number {
  return numberOf(mask).toString(2).replaceAll('0', '').length
}
