import type { Case } from './case.ts'
import { shown } from './mounts.ts'
import { servicesOf } from './stores.ts'

/** Of a proxy, where its configuration is mounted. */
export function configOf(seen: Case): string {
  const files = (servicesOf(seen).get(seen.service)?.mounts ?? []).filter(({ type, target }) => type === 'bind' && proxyFolders.test(target))
  return files.length === 1 && files[0] ? shown(seen, files[0]) : 'its configuration'
}

const proxyFolders = /^\/(?:etc|usr\/local\/etc|usr\/local\/apache2\/conf)\/?(?:nginx|caddy|haproxy|traefik|apache2|httpd|envoy)?\b/
