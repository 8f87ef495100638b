import { createHash, timingSafeEqual } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'
import { createOwnHost } from './own-host.ts'
import type { Parts } from './parts.ts'
import { Refusal } from './refusal.ts'

/** The only routes that need no token. Traefik asks for the pages with the Host, and maybe the Origin, of its own client. */
export const openRoutes: ReadonlyMap<string, 'our host' | 'any host'> = new Map([
  ['/healthz', 'our host'],
  ['/readyz', 'our host'],
  ['/openapi.json', 'our host'],
  ['/pages/starting', 'any host'],
  ['/pages/stopped', 'any host'],
] as const)

/** What the guard looks at. `route` is undefined where there is none: nobody without the token learns which there are. */
export interface Visitor {
  headers: IncomingHttpHeaders
  route: string | undefined
}

/** Throws a Refusal for whoever may not come in. Programs send no Origin; a page of another site that makes a browser call us does. */
export function createGuard({ token, port, hosts }: Pick<Parts, 'token' | 'port' | 'hosts'>): (visitor: Visitor) => void {
  const isOurs = createOwnHost(port, hosts)
  const isToken = createTokenCheck(token)
  return ({ headers, route = '' }) => {
    const open = openRoutes.get(route)
    if (open === 'any host') return
    if (!isOurs(headers.host)) throw new Refusal('foreign_host')
    if (headers.origin !== undefined && !isOurs(/^https?:\/\/(.+)$/.exec(headers.origin)?.[1])) throw new Refusal('foreign_origin')
    if (open === undefined && !isToken(headers.authorization)) throw new Refusal('unauthorized')
  }
}

/** Digests have one length and say nothing of the token, so comparing them takes the same time whatever was sent. */
function createTokenCheck(token: string): (authorization: string | undefined) => boolean {
  const wanted = digest(token)
  return (authorization = '') => timingSafeEqual(digest(/^bearer +(\S+)$/i.exec(authorization)?.[1] ?? ''), wanted)
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}
