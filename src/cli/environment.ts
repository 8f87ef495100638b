import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { environmentValue } from '../config.ts'
import { oneLine } from '../text/one-line.ts'
import { CliError, usageError } from './cli-error.ts'
import { neverShow } from './output.ts'

/** --env-file in their order, then --env over them; undefined: neither was given. */
export async function environmentOf(pairs: string[] = [], files: string[] = []): Promise<Record<string, string> | undefined> {
  const given = [...(await Promise.all(files.map(fromFile))).flatMap(Object.entries), ...pairs.map(pairOf)]
  const variables = Object.fromEntries(given)
  neverShow(variables)
  return given.length === 0 ? undefined : variables
}

/** NAME=value, or NAME alone: then our own environment has the value. */
function pairOf(pair: string): [string, string] {
  const at = pair.indexOf('=')
  if (at > 0) return [pair.slice(0, at), pair.slice(at + 1)]
  const value = environmentValue(pair)
  if (at === 0 || value === undefined)
    throw usageError(`--env ${oneLine(pair, 80)}: there is no such variable.`, 'Write --env NAME=value, or set that variable first.')
  return [pair, value]
}

async function fromFile(file: string): Promise<Record<string, string>> {
  const { parseDotenv } = await import('../extension/dotenv.ts')
  return parseDotenv(await textOf(file), oneLine(file, 200))
}

async function textOf(file: string): Promise<string> {
  try {
    return await readFile(resolve(file), 'utf8')
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    const why = code === 'ENOENT' ? 'does not exist' : `cannot be read (${code})`
    throw new CliError(`The environment file ${oneLine(file, 200)} ${why}.`, { reason: 'compose_invalid', exit: 3, fix: 'Correct --env-file.', cause: error })
  }
}
