import { stat } from 'node:fs/promises'
import { resolve } from 'node:path'
import { DeployError } from '../deploy/failure.ts'
import { oneLine } from '../text/one-line.ts'
import type { Asked } from './api.ts'
import { usageError } from './cli-error.ts'
import type { ServerOptions } from './endpoint.ts'
import { environmentOf } from './environment.ts'

/** What `deploy`, `plan` and `suggest` are given beside the folder. */
export interface RequestOptions extends ServerOptions {
  name?: string
  env?: string[]
  envFile?: string[]
  port?: number
  profile?: string[]
  allow?: string[]
  json?: boolean
}

/** The folder and what was given for it, as the API takes it. Rejects with compose_invalid where there is no such folder or file. */
export async function requestOf(path: string, { name, env, envFile, port, profile, allow }: RequestOptions): Promise<Asked & { path: string }> {
  await checkRules(allow)
  const absolute = resolve(path)
  await stat(absolute).catch((error: NodeJS.ErrnoException) => {
    const why = error.code === 'ENOENT' ? 'does not exist' : `cannot be read (${error.code})`
    throw new DeployError('compose_invalid', `${oneLine(absolute)} ${why}`, {
      fix: 'Name the folder that holds the Compose file, or the file itself.',
      cause: error,
    })
  })
  const given = { name, env: await environmentOf(env, envFile), port, profiles: profile, allow }
  return { path: absolute, ...(Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) as Omit<Asked, 'path'>) }
}

/** A rule that there is not is a mistake of the call, said before anything is asked. */
async function checkRules(allow: string[] = []): Promise<void> {
  if (allow.length === 0) return
  const { ruleNamed, unknownRuleFix } = await import('../extension/policy/table.ts')
  const unknown = allow.find((name) => ruleNamed(name) === undefined)
  if (unknown !== undefined) throw usageError(`The policy has no rule "${oneLine(unknown, 80)}" that could be allowed.`, unknownRuleFix(unknown))
}
