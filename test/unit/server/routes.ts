import type { InjectOptions } from 'fastify'
import { anApp } from './an-app.ts'

/** Every route there is, `METHOD /pattern`, by what it is asked for. */
export async function routesOf({ app } = anApp()): Promise<string[]> {
  const routes: string[] = []
  app.addHook('onRoute', ({ method, url }) => void routes.push(...[method].flat().map((each) => `${each} ${url}`)))
  await app.ready()
  return [...new Set(routes)].toSorted()
}

/** A request of that route for the deployment of this name. */
export function asked(route: string, name = 'web'): InjectOptions & { url: string } {
  const [method, pattern = ''] = route.split(' ')
  return { method: method as 'GET', url: pattern.replace(':name', name).replace(':revision', '1').replace(':token', 'nobody').replace(':id', '0'.repeat(32)) }
}
