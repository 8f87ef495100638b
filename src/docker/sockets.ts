import { readFile } from 'node:fs/promises'
import type { Socket } from '../deploy/evidence-parts.ts'
import type { Container } from '../deploy/ports.ts'

/** Docker's own resolver, in every namespace of a user-defined network. */
const resolver = '127.0.0.11'
const listening = '0A'
const most = 50

/**
 * What listens in the container's network namespace, read from this machine's /proc: no tool of the image is needed. null where that
 * process is not this machine's (another host, a virtual machine, Torii in a container), or may not be read.
 */
export async function listeningSockets({ id, pid }: Pick<Container, 'id' | 'pid'>): Promise<Socket[] | null> {
  if (!(await isOurs(id, pid))) return null
  const [tcp, tcp6] = await Promise.all(['tcp', 'tcp6'].map((table) => readFile(`/proc/${pid}/net/${table}`, 'utf8').catch(() => null)))
  return tcp == null ? null : [...socketsIn(tcp), ...socketsIn(tcp6 ?? '')].slice(0, most)
}

/** A number alone says nothing: on another machine it is another process. */
export async function isOurs(id: string, pid: number): Promise<boolean> {
  if (pid === 0) return false
  const groups = await readFile(`/proc/${pid}/cgroup`, 'utf8').catch(() => '')
  return groups.includes(id)
}

/** A line: `0: 0100007F:1F90 00000000:0000 0A …`, the address as the kernel's words, least byte first. */
export function socketsIn(table: string): Socket[] {
  const found = table.split('\n').flatMap((line) => {
    const [, local = '', , state] = line.trim().split(/\s+/)
    const [address = '', port = ''] = local.split(':')
    return state === listening && /^([0-9A-F]{8}|[0-9A-F]{32})$/.test(address) ? [{ address: addressOf(address), port: Number.parseInt(port, 16) }] : []
  })
  return found.filter(({ address }) => address !== resolver)
}

function addressOf(hex: string): string {
  const bytes = (hex.match(/.{8}/g) ?? []).flatMap((word) => (word.match(/../g) ?? []).reverse()).map((byte) => Number.parseInt(byte, 16))
  if (bytes.length === 4) return bytes.join('.')
  if (bytes.slice(0, 10).every((byte) => byte === 0) && bytes[10] === 255) return bytes.slice(12).join('.')
  if (bytes.every((byte) => byte === 0)) return '::'
  if (bytes.slice(0, 15).every((byte) => byte === 0) && bytes[15] === 1) return '::1'
  return Array.from({ length: 8 }, (_, at) => (((bytes[at * 2] ?? 0) << 8) | (bytes[at * 2 + 1] ?? 0)).toString(16)).join(':')
}
