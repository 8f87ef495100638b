import { System } from './contract.ts'
import { describes } from './operation.ts'
import type { App, Tools } from './parts.ts'
import { refTo } from './schema.ts'

export function addSystem(app: App, { system }: Tools): void {
  const schema = describes('system', 'Facts of this control plane.', { 200: refTo(System) })
  app.get('/system', { schema }, () => system())
}
