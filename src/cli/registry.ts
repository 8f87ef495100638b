import type { RegistryView } from '../deploy/registry-port.ts'
import { oneLine } from '../text/one-line.ts'
import { age } from './amounts.ts'
import { ensureServer } from './background.ts'
import { context } from './context.ts'
import type { ServerOptions } from './endpoint.ts'
import { interruptSignal } from './interrupt.ts'
import { neverShow, printJson, printText, say } from './output.ts'
import { readPassword } from './password.ts'
import { table } from './table.ts'

type Options = ServerOptions & { json?: boolean }

/** `torii registry login`: checked with the registry before it is kept. */
export async function login(host: string, { username, json, ...server }: Options & { username: string }): Promise<void> {
  const { api, config, clock, remote } = context(server)
  const password = await readPassword(`Password or access token of ${oneLine(username, 80)} for ${oneLine(host, 80)}: `)
  neverShow({ 'registry password': password })
  if (!remote) await ensureServer(config, clock, interruptSignal())
  const kept = await api.registryLogin({ host, username, password })
  if (json) return printJson(kept)
  say(`Torii is logged in to ${oneLine(kept.host)} as ${oneLine(kept.username)}.`)
  if (!kept.checked) say(`${oneLine(kept.host)} lets anybody in, so whether this login is right could not be told.`)
}

/** `torii registry ls`. */
export async function ls({ json, ...server }: Options): Promise<void> {
  const { api, clock } = context(server)
  const answer = await api.registries()
  if (json) printJson(answer)
  else printText(listed(answer.registries, clock.now()))
}

function listed(registries: RegistryView[], now: number): string[] {
  if (registries.length === 0) return ['Torii is logged in to no registry; what `docker login` left for this user is used.']
  return table(
    ['REGISTRY', 'USER', 'SINCE'],
    registries.map(({ host, username, createdAt }) => [host, username, age(now - Date.parse(createdAt))]),
  )
}

/** `torii registry logout`. */
export async function logout(host: string, { json, ...server }: Options): Promise<void> {
  const gone = await context(server).api.registryLogout(host)
  if (json) printJson(gone)
  else say(`Torii has forgotten its login of ${oneLine(gone.host)}.`)
}
