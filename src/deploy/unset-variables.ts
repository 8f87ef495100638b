import { DeployError } from './failure.ts'
import { listed } from './words.ts'

/** Compose 2.26 and 5.6 of a variable that nobody gave: it goes on with nothing in its place. */
const unset = /The "([A-Za-z_]\w*)" variable is not set/

/** Compose's words for a mount of which a variable left nothing. */
const emptied = /empty section between colons|invalid (volume )?spec/

/**
 * The refusal of a path with the variables in it that were not set: `${DATA}/x` was judged as `/x`, and who reads of `/x` finds it nowhere in the file.
 * `text`: of the file; '' where only Compose knows it. Anything else that was thrown is answered as it is.
 */
export function sayUnset(error: unknown, warnings: string[], text: string): unknown {
  if (!(error instanceof DeployError) || !isOfPath(error.trouble.detail)) return error
  const names = [...new Set(warnings.flatMap((warning) => unset.exec(warning)?.[1] ?? []))].filter((name) => text === '' || isInPath(name, text))
  if (names.length === 0) return error
  const { reason, detail, service, fix } = error.trouble
  const [first = ''] = names
  const shown = [...names.slice(0, 5), ...(names.length > 5 ? [`${names.length - 5} more`] : [])]
  const also = `(${listed(shown)} ${names.length === 1 ? 'is' : 'are'} not set, and empty here)`
  const give = `If that comes of a variable that is not set, give it: \`-e ${first}=…\`, or a line in the file .env.`
  return new DeployError(reason, `${detail} ${also}`, { service: service ?? undefined, fix: fix === undefined ? give : `${fix} ${give}`, cause: error })
}

function isOfPath(detail: string): boolean {
  return (detail.startsWith('volumes: /') && detail.includes('lies outside')) || emptied.test(detail)
}

/** `${DATA}/x`, `$DATA:/y`, `source: ${DATA}`. */
function isInPath(name: string, text: string): boolean {
  return new RegExp(`\\$\\{${name}\\b[^}\\n]*\\}[/:]|\\$${name}\\b[/:]|source: *["']?\\$\\{?${name}\\b`).test(text)
}
