import type { Listening } from '../deploy/suggestion.ts'

const listening = '0A'
/** The engine's own name server in every container of a user-defined network. */
const enginesOwn = '127.0.0.11'

/** The tcp sockets that listen, of `/proc/net/tcp` and `/proc/net/tcp6` one after the other; by port. */
export function listeningIn(text: string): Listening[] {
  const found = text.split('\n').flatMap((line) => {
    const [, local = '', , state] = line.trim().split(/\s+/)
    const match = /^([0-9A-F]{8}|[0-9A-F]{32}):([0-9A-F]{4})$/.exec(local)
    return match && state === listening ? [{ address: addressOf(match[1] ?? ''), port: Number.parseInt(match[2] ?? '', 16) }] : []
  })
  const own = found.filter(({ address }) => address !== enginesOwn)
  const once = new Map(own.map((each) => [`${each.address} ${each.port}`, each]))
  return [...once.values()].toSorted((a, b) => a.port - b.port)
}

/** Words of 32 bits in the machine's own order: little endian wherever we run. */
function addressOf(hex: string): string {
  const bytes = hex.match(/.{8}/g)?.flatMap((word) => (word.match(/../g) ?? []).toReversed().map((byte) => Number.parseInt(byte, 16))) ?? []
  if (bytes.length === 4) return bytes.join('.')
  if (bytes.every((byte) => byte === 0)) return '::'
  if (bytes.slice(0, 15).every((byte) => byte === 0) && bytes[15] === 1) return '::1'
  const mapped = bytes.slice(0, 10).every((byte) => byte === 0) && bytes[10] === 0xff && bytes[11] === 0xff
  return mapped ? bytes.slice(12).join('.') : (Buffer.from(bytes).toString('hex').match(/.{4}/g)?.join(':') ?? '')
}

export function isLoopback(address: string): boolean {
  return address.startsWith('127.') || address === '::1'
}
