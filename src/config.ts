import { isIP } from 'node:net'
import { homedir } from 'node:os'
import { isAbsolute, join } from 'node:path'
import { ConfigError, mebibytes, positiveCount, printable } from './config-values.ts'
import { asHost } from './registry-host.ts'

export { ConfigError } from './config-values.ts'

const seconds = (n: number) => n * 1000

/** Everything that can be set, in one frozen object. Times in ms. Nothing else reads process.env. */
export interface Config {
  /** State folder, 0700 (design §5.2), absolute: the server's working directory is not the caller's. TORII_HOME. */
  home: string
  /** Control plane: loopback only. TORII_API_PORT, default 8480. */
  apiHost: string
  apiPort: number
  /**
   * The same API beyond 127.0.0.1, with TLS alone; null: nowhere. TORII_API_BIND, default 127.0.0.1 (nowhere); TORII_API_TLS_PORT, default
   * 8482; TORII_API_CERT and TORII_API_KEY, PEM files: absent, our own authority signs one.
   */
  secure: { bind: string; port: number; files: { cert: string; key: string } | null } | null
  /** What it answers to beside loopback's names and the address it is bound to, each with or without a port. TORII_API_HOSTS, separated by commas. */
  apiHosts: string[]
  /** Traefik's API, ping and metrics on loopback. TORII_PROXY_API_PORT, default 8481. */
  proxyApiPort: number
  /** Public HTTPS port of path routes. TORII_HTTPS_PORT, default 8443. */
  httpsPort: number
  /** First and last port of `port` routes. TORII_PORTS, default 61100-61163: each is a Traefik entrypoint. */
  ports: { first: number; last: number }
  /** Address where public routes are bound. TORII_BIND, default 127.0.0.1. */
  bind: string
  /** Name in public URLs. TORII_PUBLIC_HOST, default localhost. */
  publicHost: string
  /** Addresses of revisions' networks, /27 or larger each. TORII_SUBNET_POOL, default 10.213.0.0/16. */
  subnetPool: string
  /**
   * Whether Torii forbids containers the way to the metadata service of a cloud, which hands out the machine's own credentials. TORII_METADATA,
   * `blocked` or `open`; by default blocked where others' extensions run (TORII_POLICY `strict` or a file, TORII_API_BIND): it takes a rule of the host's own routing.
   */
  blockMetadata: boolean
  /** TORII_TRAEFIK_IMAGE, default traefik:v3. */
  traefikImage: string
  /** DOCKER_HOST, else the socket. */
  dockerHost: string
  /** TORII_COMPOSE, else the first of Docker's plugin folders and the PATH that is there; null: look. */
  composeBinary: string | null
  /** Phase 1 (guide, "Timing"): 180 s a container, a look every 5 s. */
  gate: { timeout: number; interval: number }
  /** Phase 2 (guide, "HTTP Probe"): KAMIWAZA_EXTENSION_PROBE_TIMEOUT 60 s, KAMIWAZA_EXTENSION_PROBE_INTERVAL 1.0 s. */
  probe: { timeout: number; interval: number /** TORII_PROBE_TLS=insecure (reading 21). */; insecure: boolean }
  /** A pull or build must end within this. TORII_PULL_TIMEOUT, default 1800 s. */
  pullTimeout: number
  /** Bytes that the copies of one revision's mounts may have together: what containers read of the folder is copied for them. TORII_MOUNT_LIMIT in MiB, default 1024. */
  mountLimit: number
  /** Bytes of one upload, and of all together. TORII_UPLOAD_LIMIT and TORII_UPLOAD_QUOTA in MiB, default 256 and 2048. */
  uploadLimit: number
  uploadQuota: number
  /** Longest wait for a container to stop, whatever its stop_grace_period says. 30 s. */
  stopGrace: number
  /** TORII_CONCURRENCY, revisions deployed at the same time, default 32: each starts containers, 0.2 s of the engine's time apiece (facts/engine.json). */
  concurrency: number
  /** Where images may come from: HOST or HOST/PATH each, by TORII_REGISTRIES with commas between them; null: from anywhere. */
  registries: readonly string[] | null
  /** TORII_REQUIRE_DIGEST=1: each image must be named by its digest. */
  requireDigest: boolean
  /** TORII_POLICY: strict, developer or the absolute path of an operator's file; null: developer for folders of this machine, strict for uploads. */
  policy: string | null
  /** Ceilings of each container where its file names none; what it asks for above them is lowered. */
  ceilings: Ceilings
  /** TORII_LOG, pino level; default info. */
  logLevel: string
}

export interface Ceilings {
  /** TORII_MEMORY_CEILING: a share of the engine's memory, default 80 %: a leak must not take the engine and the proxy along. 0: none. */
  memory: number
  /** TORII_CPU_CEILING: a share of the engine's processors, default 90 %: what is left answers health checks and the proxy. 0: none. */
  cpus: number
  /** TORII_PIDS_CEILING, default 2048 processes and threads, as Podman has it (podman-run(1), --pids-limit). 0: none. */
  pids: number
}

/** Reads the environment once. Throws ConfigError with a sentence that names the variable. */
export function readConfig(env: NodeJS.ProcessEnv = process.env): Config {
  return Object.freeze({
    home: folder(env, 'TORII_HOME', process.getuid?.() === 0 ? '/var/lib/torii' : join(homedir(), '.local/state/torii')),
    apiHost: '127.0.0.1',
    apiPort: port(env, 'TORII_API_PORT', 8480),
    secure: secureSettings(env),
    apiHosts: hostList(env, 'TORII_API_HOSTS'),
    proxyApiPort: port(env, 'TORII_PROXY_API_PORT', 8481),
    httpsPort: port(env, 'TORII_HTTPS_PORT', 8443),
    ports: portRange(env, 'TORII_PORTS', '61100-61163'),
    bind: address(env, 'TORII_BIND', '127.0.0.1'),
    publicHost: hostName(env, 'TORII_PUBLIC_HOST', 'localhost'),
    subnetPool: pool(env, 'TORII_SUBNET_POOL', '10.213.0.0/16'),
    blockMetadata: oneOf(env, 'TORII_METADATA', ['blocked', 'open'], isForOthers(env) ? 'blocked' : 'open') === 'blocked',
    traefikImage: env['TORII_TRAEFIK_IMAGE'] || 'traefik:v3',
    dockerHost: env['DOCKER_HOST'] || 'unix:///var/run/docker.sock',
    composeBinary: env['TORII_COMPOSE'] || null,
    gate: { timeout: seconds(180), interval: seconds(5) },
    probe: {
      timeout: positiveSeconds(env, 'KAMIWAZA_EXTENSION_PROBE_TIMEOUT', 60),
      interval: positiveSeconds(env, 'KAMIWAZA_EXTENSION_PROBE_INTERVAL', 1),
      insecure: oneOf(env, 'TORII_PROBE_TLS', ['insecure'], '') === 'insecure',
    },
    pullTimeout: positiveSeconds(env, 'TORII_PULL_TIMEOUT', 1800),
    mountLimit: mebibytes(env, 'TORII_MOUNT_LIMIT', 1024),
    uploadLimit: mebibytes(env, 'TORII_UPLOAD_LIMIT', 256),
    uploadQuota: mebibytes(env, 'TORII_UPLOAD_QUOTA', 2048),
    stopGrace: seconds(30),
    concurrency: positiveCount(env, 'TORII_CONCURRENCY', 32),
    registries: registriesOf(env),
    requireDigest: oneOf(env, 'TORII_REQUIRE_DIGEST', ['1', '0'], '0') === '1',
    policy: policyOf(env['TORII_POLICY']),
    ceilings: {
      memory: ceiling(env, 'TORII_MEMORY_CEILING', 80, 100),
      cpus: ceiling(env, 'TORII_CPU_CEILING', 90, 100),
      pids: ceiling(env, 'TORII_PIDS_CEILING', 2048, 9_999_999),
    },
    logLevel: oneOf(env, 'TORII_LOG', ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'], 'info'),
  })
}

/** Whoever listens on every address has no name of its own: a page of anybody's could send a browser here under one that it chose. */
function secureSettings(env: NodeJS.ProcessEnv): Config['secure'] {
  const bind = address(env, 'TORII_API_BIND', '127.0.0.1')
  const files = certificateFiles(env)
  if (bind === '127.0.0.1') return null
  if ((bind === '0.0.0.0' || bind === '::') && hostList(env, 'TORII_API_HOSTS').length === 0)
    throw new ConfigError(`TORII_API_BIND=${bind} needs TORII_API_HOSTS: the names under which it is asked, such as torii.example.org,10.0.0.7.`)
  return { bind, port: port(env, 'TORII_API_TLS_PORT', 8482), files }
}

function certificateFiles(env: NodeJS.ProcessEnv): { cert: string; key: string } | null {
  const [cert, key] = [env['TORII_API_CERT'] ? folder(env, 'TORII_API_CERT', '') : '', env['TORII_API_KEY'] ? folder(env, 'TORII_API_KEY', '') : '']
  if ((cert === '') !== (key === ''))
    throw new ConfigError('TORII_API_CERT and TORII_API_KEY belong together: set both, or neither for a certificate of Torii’s own.')
  return cert === '' ? null : { cert, key }
}

function hostList(env: NodeJS.ProcessEnv, name: string): string[] {
  const hosts = (env[name] ?? '').split(',').filter((host) => host !== '')
  const bad = hosts.find((host) => !/^([A-Za-z0-9]([A-Za-z0-9.-]{0,251}[A-Za-z0-9])?|\[[0-9A-Fa-f:.]{2,45}\])(:\d{1,5})?$/.test(host))
  if (bad !== undefined) throw new ConfigError(`${name} must be a list such as torii.example.org,10.0.0.7:8482, but is "${printable(env[name] ?? '')}".`)
  return hosts.map((host) => host.toLowerCase())
}

/** It runs extensions of other people: an operator has said by what to judge them, or other machines may ask it. */
function isForOthers(env: NodeJS.ProcessEnv): boolean {
  return !['', 'developer'].includes(env['TORII_POLICY'] ?? '') || secureSettings(env) !== null
}

/** A positive decimal number of seconds, in ms: "60s", "0", "-1" and "abc" are refused (reading 26). */
function positiveSeconds(env: NodeJS.ProcessEnv, name: string, fallback: number): number {
  const text = env[name]
  if (text === undefined || text === '') return seconds(fallback)
  if (!/^\d+(\.\d+)?$/.test(text) || Number(text) <= 0 || Number(text) > 86_400)
    throw new ConfigError(`${name} must be a positive number of seconds such as 60 or 1.5, but is "${printable(text)}".`)
  return Number(text) * 1000
}

/** Hosts as images name them, each maybe with the beginning of a path. */
function registriesOf(env: NodeJS.ProcessEnv): readonly string[] | null {
  const text = (env['TORII_REGISTRIES'] ?? '').trim()
  if (text === '') return null
  return text.split(',').map((entry) => {
    const [host = '', ...path] = entry.trim().replace(/\/$/, '').split('/')
    const registry = asHost(host)
    if (registry === null || !path.every((part) => /^[a-z0-9]+(?:[._-]+[a-z0-9]+)*$/.test(part)))
      throw new ConfigError(
        `TORII_REGISTRIES must be hosts of registries with commas between them, such as registry.example.org,registry.example.com/team, but has "${printable(entry)}".`,
      )
    return [registry, ...path].join('/')
  })
}

function policyOf(text = ''): string | null {
  if (['', 'strict', 'developer'].includes(text) || isAbsolute(text)) return text || null
  throw new ConfigError(`TORII_POLICY must be strict, developer or the absolute path of a file, but is "${printable(text)}".`)
}

function ceiling(env: NodeJS.ProcessEnv, name: string, fallback: number, most: number): number {
  const text = env[name] || String(fallback)
  if (/^\d{1,7}%?$/.test(text) && Number.parseInt(text, 10) <= most) return Number.parseInt(text, 10)
  throw new ConfigError(`${name} must be a number from 0 (none) to ${most} such as ${fallback}, but is "${printable(text)}".`)
}

function port(env: NodeJS.ProcessEnv, name: string, fallback: number): number {
  const text = env[name]
  if (text === undefined || text === '') return fallback
  if (!/^\d{1,5}$/.test(text) || Number(text) < 1 || Number(text) > 65535)
    throw new ConfigError(`${name} must be a port between 1 and 65535, but is "${printable(text)}".`)
  return Number(text)
}

function portRange(env: NodeJS.ProcessEnv, name: string, fallback: string): { first: number; last: number } {
  const text = env[name] || fallback
  const match = /^(\d{1,5})-(\d{1,5})$/.exec(text)
  const first = Number(match?.[1])
  const last = Number(match?.[2])
  if (!match || first < 1 || last > 65535 || first > last || last - first >= 1024)
    throw new ConfigError(`${name} must be a range of at most 1024 ports such as 61100-61163, but is "${printable(text)}".`)
  return { first, last }
}

function pool(env: NodeJS.ProcessEnv, name: string, fallback: string): string {
  const text = env[name] || fallback
  const match = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})\/(\d{1,2})$/.exec(text)
  const bits = Number(match?.[5])
  if (!match || match.slice(1, 5).some((part) => Number(part) > 255) || bits < 8 || bits > 26)
    throw new ConfigError(`${name} must be an IPv4 range between /8 and /26 such as 10.213.0.0/16, but is "${printable(text)}".`)
  return text
}

function hostName(env: NodeJS.ProcessEnv, name: string, fallback: string): string {
  const text = env[name] || fallback
  if (!/^[A-Za-z0-9]([A-Za-z0-9.-]{0,251}[A-Za-z0-9])?$/.test(text))
    throw new ConfigError(`${name} must be a host name or an IPv4 address, but is "${printable(text)}".`)
  return text
}

function folder(env: NodeJS.ProcessEnv, name: string, fallback: string): string {
  const text = env[name] || fallback
  if (!isAbsolute(text)) throw new ConfigError(`${name} must be an absolute path such as /var/lib/torii, but is "${printable(text)}".`)
  return text
}

function address(env: NodeJS.ProcessEnv, name: string, fallback: string): string {
  const text = env[name] || fallback
  if (isIP(text) === 0) throw new ConfigError(`${name} must be an IP address such as 127.0.0.1 or 0.0.0.0, but is "${printable(text)}".`)
  return text
}

function oneOf(env: NodeJS.ProcessEnv, name: string, words: string[], fallback: string): string {
  const text = env[name] || fallback
  if (text !== fallback && !words.includes(text))
    throw new ConfigError(`${name} must be ${words.length === 1 ? '' : 'one of '}${words.join(', ')} or unset, but is "${printable(text)}".`)
  return text
}

/** What the CLI's own environment says: `--env NAME`, and what a terminal tells of itself. */
export function environmentValue(name: string, env: NodeJS.ProcessEnv = process.env): string | undefined {
  return env[name]
}
