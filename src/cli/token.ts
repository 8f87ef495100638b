import type { Scope } from '../deploy/access.ts'
import type { TokenView } from '../server/contract-access.ts'
import { age } from './amounts.ts'
import { context } from './context.ts'
import type { ServerOptions } from './endpoint.ts'
import { print, printJson, say } from './output.ts'
import { table } from './table.ts'

interface CreateOptions extends ServerOptions {
  scope: Scope
  names?: string[]
  /** Seconds. */
  expires: number | 'never'
  json?: boolean
}

export async function createToken(name: string, { scope, names = [], expires, json, ...server }: CreateOptions): Promise<void> {
  const { api } = context(server)
  const answer = await api.createToken({ name, scope, names, expiresIn: expires === 'never' ? null : expires })
  if (json) return printJson(answer)
  say(`The token ${name} is shown here once and kept nowhere; \`torii token revoke ${name}\` ends it.`)
  print(answer.token)
}

export async function listTokens({ all = false, json, ...server }: ServerOptions & { all?: boolean; json?: boolean }): Promise<void> {
  const { api, clock } = context(server)
  const { tokens } = await api.tokens()
  const shown = tokens.filter(({ state }) => all || state !== 'revoked')
  if (json) printJson({ tokens: shown })
  else for (const line of drawn(shown, clock.now())) print(line)
}

export async function revokeToken(which: string, { json, ...server }: ServerOptions & { json?: boolean }): Promise<void> {
  const { api } = context(server)
  const revoked = await api.revokeToken(which)
  if (json) printJson(revoked)
  else say(`The token ${revoked.name} opens nothing any more; what it followed has ended.`)
}

function drawn(tokens: TokenView[], now: number): string[] {
  if (tokens.length === 0) return ['There are no tokens but that of the state folder; `torii token create NAME --scope …` makes one.']
  return table(
    ['NAME', 'ID', 'SCOPE', 'DEPLOYMENTS', 'STATE', 'EXPIRES', 'LAST USED'],
    tokens.map(({ name, id, scope, names, state, expiresAt, lastUsedAt }) => [
      ...[name, id, scope, names.length === 0 ? 'all' : names.join(' '), state],
      ...[expiresAt === null ? 'never' : until(expiresAt, now), lastUsedAt === null ? 'never' : `${age(now - Date.parse(lastUsedAt))} ago`],
    ]),
  )
}

function until(at: string, now: number): string {
  const left = Date.parse(at) - now
  return left > 0 ? `in ${age(left)}` : `${age(-left)} ago`
}
