import { DeployError } from './failure.ts'
import { listed } from './words.ts'

/** Compose 2.26 and 5.6 of a variable that nobody gave: it goes on with nothing in its place. */
const unset = /The "([A-Za-z_]\w*)" variable is not set/

/**
 * The refusal with the variables that were not set: `${DATA}/x` was judged as `/x`, and who reads of `/x` finds it nowhere in the file. Anything
 * else that was thrown is answered as it is.
 */
export function sayUnset(error: unknown, warnings: string[]): unknown {
  const names = [...new Set(warnings.flatMap((warning) => unset.exec(warning)?.[1] ?? []))]
  if (!(error instanceof DeployError) || names.length === 0) return error
  const { reason, detail, service, fix } = error.trouble
  const [first = ''] = names
  const shown = [...names.slice(0, 5), ...(names.length > 5 ? [`${names.length - 5} more`] : [])]
  const also = `(${listed(shown)} ${names.length === 1 ? 'is' : 'are'} not set, and empty here)`
  const give = `If that comes of a variable that is not set, give it: \`-e ${first}=…\`, or a line in the file .env.`
  return new DeployError(reason, `${detail} ${also}`, { service: service ?? undefined, fix: fix === undefined ? give : `${fix} ${give}`, cause: error })
}
