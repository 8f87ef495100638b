import type { ProbeAttempt } from './record.ts'

/**
 * What whoever opens the address should know of its redirect; null: nothing. It passes and is not followed (reading 20), but leads
 * somewhere that nobody has looked at. `base` is the published URL that `address` lies below.
 */
export function redirectNotice(address: string, base: string, { status, location }: Pick<ProbeAttempt, 'status' | 'location'>): string | null {
  if (location === undefined || !URL.canParse(location, address)) return null
  const from = new URL(address)
  const to = new URL(location, address)
  const says = `${address} answers ${status} and leads to`
  if (to.host !== from.host) return `${says} another host, ${to.host}: that was not probed.`
  if (to.protocol !== from.protocol)
    return `${says} ${to.href}, which is not HTTPS: nothing answers there. Let the app trust X-Forwarded-Proto, for TLS ends at the proxy.`
  if (bare(to.href) === bare(from.href))
    return `${says} itself: unless a cookie changes its mind, a browser goes in circles. Let the app trust X-Forwarded-Proto, for TLS ends at the proxy.`
  if (`${bare(to.pathname)}/`.startsWith(`${bare(new URL(base).pathname)}/`)) return null
  return `${says} ${to.pathname}, outside of its own path: nothing of it answers there. Let the app put X-Forwarded-Prefix before its links, or publish \`x-torii: {routing: port}\` alone.`
}

function bare(address: string): string {
  return address.replace(/\/$/, '')
}
