import type { Config } from './config.ts'

const mebibyte = 1024 ** 2

/** What a server was started with, by variable: it reads them once. Nothing secret. */
export function serverSettings({ proxyApiPort, httpsPort, ports, bind, publicHost, subnetPool, traefikImage, ...rest }: Config): Record<string, string> {
  const {
    blockMetadata,
    mountLimit,
    uploadLimit,
    uploadQuota,
    probe,
    pullTimeout,
    concurrency,
    secure,
    apiHosts,
    registries,
    requireDigest,
    policy,
    ceilings,
  } = rest
  return {
    TORII_API_BIND: secure?.bind ?? '127.0.0.1',
    TORII_API_TLS_PORT: secure === null ? '' : String(secure.port),
    TORII_API_HOSTS: apiHosts.join(','),
    TORII_API_CERT: secure?.files?.cert ?? '',
    TORII_API_KEY: secure?.files?.key ?? '',
    TORII_PROXY_API_PORT: String(proxyApiPort),
    TORII_HTTPS_PORT: String(httpsPort),
    TORII_PORTS: `${ports.first}-${ports.last}`,
    TORII_BIND: bind,
    TORII_PUBLIC_HOST: publicHost,
    TORII_SUBNET_POOL: subnetPool,
    TORII_METADATA: blockMetadata ? 'blocked' : 'open',
    TORII_TRAEFIK_IMAGE: traefikImage,
    TORII_PULL_TIMEOUT: String(pullTimeout / 1000),
    TORII_MOUNT_LIMIT: String(mountLimit / mebibyte),
    TORII_UPLOAD_LIMIT: String(uploadLimit / mebibyte),
    TORII_UPLOAD_QUOTA: String(uploadQuota / mebibyte),
    TORII_CONCURRENCY: String(concurrency),
    TORII_REGISTRIES: (registries ?? []).join(','),
    TORII_REQUIRE_DIGEST: requireDigest ? '1' : '0',
    TORII_POLICY: policy ?? '',
    TORII_MEMORY_CEILING: String(ceilings.memory),
    TORII_CPU_CEILING: String(ceilings.cpus),
    TORII_PIDS_CEILING: String(ceilings.pids),
    TORII_PROBE_TLS: probe.insecure ? 'insecure' : '',
    KAMIWAZA_EXTENSION_PROBE_TIMEOUT: String(probe.timeout / 1000),
    KAMIWAZA_EXTENSION_PROBE_INTERVAL: String(probe.interval / 1000),
  }
}
