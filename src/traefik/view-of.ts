import type { RouterSeen } from '../deploy/evidence-parts.ts'
import type { Route } from '../deploy/ports.ts'
import { cleanText } from '../text/clean.ts'
import type { Ask } from './ask.ts'
import { routerName } from './route-file.ts'

/** What Traefik itself says of these routes; null: it does not answer. */
export async function viewOf(routes: Route[], ask: Ask): Promise<RouterSeen[] | null> {
  if (!(await ask.ping())) return null
  return Promise.all(routes.map((route) => routerSeen(routerName(route), ask)))
}

async function routerSeen(name: string, ask: Ask): Promise<RouterSeen> {
  const [router, service] = await Promise.all([ask.router(name), ask.service(name)])
  const errors = (router?.error ?? []).map((error) => cleanText(error, { max: 300 }))
  const servers = (service?.loadBalancer?.servers ?? []).map(({ url }) => url)
  return { name, status: router?.status ?? 'absent', errors, servers }
}
