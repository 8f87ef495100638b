import { X509Certificate } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { isIP } from 'node:net'
import { join } from 'node:path'
import type { Config } from '../config.ts'
import type { Clock } from '../deploy/ports.ts'
import { makeFolder, ownerOf, placeFile } from '../files/place-file.ts'
import { makePrivate } from '../files/private-file.ts'

const day = 24 * 3_600_000
const renewBefore = 30 * day

export interface Authority {
  /** Makes what is missing, too old, or made for another host; answers the leaf's fingerprint in hex. */
  ensure(): Promise<string>
  /** Key and certificate of a leaf for these hosts in a folder of its own, PEM; made when it is missing, too old, or for others. */
  leafFor(folder: string, hosts: string[]): Promise<string>
  /** PEM of the authority that clients have to trust, made when it is missing. */
  caCertificate(): Promise<string>
}

/** Only this folder goes into the proxy's container: the authority's own key stays outside. */
export function leafFolder(home: string): string {
  return join(home, 'ca/leaf')
}

/** Our own certificate authority and the one certificate it signs (design §7). */
export function createAuthority({ config, clock }: { config: Pick<Config, 'home' | 'publicHost'>; clock: Clock }): Authority {
  const hosts = [...new Set([config.publicHost.toLowerCase(), 'localhost', '127.0.0.1', '::1', 'host.docker.internal'])]
  const authority = () => readOrMakeAuthority(config.home, clock.now())
  return {
    ensure: async () => fingerprintOf(await readOrMakeLeaf(config.home, leafFolder(config.home), await authority(), hosts, clock.now())),
    leafFor: async (folder, names) => readOrMakeLeaf(config.home, folder, await authority(), names, clock.now()),
    caCertificate: async () => new X509Certificate(await authority()).toString(),
  }
}

async function readOrMakeAuthority(home: string, nowMs: number): Promise<string> {
  const file = join(home, 'ca/authority.pem')
  const present = await readPem(file)
  if (present !== null && lasts(present, nowMs)) return present
  const { issueAuthority } = await import('./issue.ts')
  const owner = await ownerOf(home)
  await makeFolder(join(home, 'ca'), owner)
  const made = await issueAuthority(nowMs)
  // Two processes may make one at the same time: the first stays, the other takes it.
  if (present === null) return makePrivate(file, made)
  await placeFile(file, made, owner)
  return made
}

async function readOrMakeLeaf(home: string, folder: string, authority: string, hosts: string[], nowMs: number): Promise<string> {
  const file = join(folder, 'leaf.pem')
  const present = await readPem(file)
  if (present !== null && lasts(present, nowMs) && serves(present, authority, hosts)) return present
  const { issueLeaf } = await import('./issue.ts')
  const owner = await ownerOf(home)
  await makeFolder(folder, owner)
  const made = await issueLeaf(authority, hosts, nowMs)
  await placeFile(file, made, owner)
  return made
}

/** null: there is none. */
async function readPem(file: string): Promise<string | null> {
  return readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null
    throw error
  })
}

function lasts(pem: string, nowMs: number): boolean {
  const certificate = parse(pem)
  return certificate !== null && certificate.validFromDate.getTime() <= nowMs && certificate.validToDate.getTime() - renewBefore > nowMs
}

function serves(pem: string, authority: string, hosts: string[]): boolean {
  const leaf = new X509Certificate(pem)
  const named = hosts.every((host) => (isIP(host) ? leaf.checkIP(host) : leaf.checkHost(host)) !== undefined)
  return named && leaf.verify(new X509Certificate(authority).publicKey)
}

/** null: a power cut left something else there. */
function parse(pem: string): X509Certificate | null {
  try {
    return new X509Certificate(pem)
  } catch {
    return null
  }
}

function fingerprintOf(pem: string): string {
  return new X509Certificate(pem).fingerprint256.replaceAll(':', '').toLowerCase()
}
