import { open, rm } from 'node:fs/promises'
import type { Scope } from '../deploy/access.ts'
import type { NewToken, TokenView } from '../server/contract-access.ts'
import { oneLine } from '../text/one-line.ts'
import { age } from './amounts.ts'
import { usageError } from './cli-error.ts'
import { context } from './context.ts'
import type { ServerOptions } from './endpoint.ts'
import { print, printJson, printText, say } from './output.ts'
import { table } from './table.ts'

interface CreateOptions extends ServerOptions {
  scope: Scope
  names?: string[]
  /** Seconds. */
  expires: number | 'never'
  /** A new file. */
  out?: string
  json?: boolean
}

export async function createToken(name: string, { scope, names = [], expires, out, json, ...server }: CreateOptions): Promise<void> {
  const { api } = context(server)
  const create = () => api.createToken({ name, scope, names, expiresIn: expires === 'never' ? null : expires })
  const answer = out === undefined ? await create() : await intoFile(out, create)
  if (json) return printJson(out === undefined ? answer : { file: out, made: answer.made })
  if (out !== undefined) return say(`${oneLine(out)} holds the token ${name}, for its owner alone; \`torii token revoke ${name}\` ends it.`)
  say(`The token ${name} is shown here once and kept nowhere; \`torii token revoke ${name}\` ends it.`)
  print(answer.token)
}

/** The file is made first: a token that nobody can be given must not be made. */
async function intoFile(path: string, create: () => Promise<NewToken>): Promise<NewToken> {
  await using file = await open(path, 'wx', 0o600).catch((error: NodeJS.ErrnoException) => {
    throw usageError(`${oneLine(path)} cannot be made (${error.code}).`, 'Name a file that is not there yet, in a folder that is.')
  })
  const answer = await create().catch(async (error: unknown) => {
    await rm(path, { force: true })
    throw error
  })
  await file.writeFile(`${answer.token}\n`)
  return answer
}

export async function listTokens({ all = false, json, ...server }: ServerOptions & { all?: boolean; json?: boolean }): Promise<void> {
  const { api, clock } = context(server)
  const { tokens } = await api.tokens()
  const shown = tokens.filter(({ state }) => all || state !== 'revoked')
  if (json) printJson({ tokens: shown })
  else printText(drawn(shown, clock.now()))
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
  // Ninety days are not 89 because a second of them has gone.
  return left > 0 ? `in ${age(left, Math.round)}` : `${age(-left)} ago`
}
