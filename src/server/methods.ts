import type { App } from './parts.ts'

/** Which methods an address takes, in the order of the routes; none: there is no such address. To be made before the routes are. */
export function createMethods(app: App): (path: string) => string[] {
  const routes: { method: string; address: RegExp }[] = []
  app.addHook('onRoute', ({ method, url }) => {
    const address = new RegExp(`^${url.replaceAll('.', '\\.').replaceAll(/:\w+/g, '[^/]+')}$`)
    for (const each of [method].flat()) routes.push({ method: each, address })
  })
  return (path) => routes.filter(({ address }) => address.test(path)).map(({ method }) => method)
}
