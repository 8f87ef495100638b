import { System } from './contract.ts'
import { demands } from './demands.ts'
import { describes } from './operation.ts'
import type { App, Tools } from './parts.ts'
import { refTo } from './schema.ts'

export function addSystem(app: App, { system, makeReady }: Tools): void {
  const facts = describes('system', 'Facts of this control plane.', { 200: refTo(System) })
  app.get('/system', { schema: facts, ...demands('admin') }, () => system())

  const ready = describes('makeReady', 'Makes sure that the proxy runs as configured, and answers the facts.', { 200: refTo(System) })
  app.post('/system/ready', { schema: ready, ...demands('admin', 'up') }, async () => {
    await makeReady()
    return system()
  })
}
