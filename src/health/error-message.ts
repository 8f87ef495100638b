import { CheckFailure } from './check-failure.ts'

/** Enough for every sentence; what is behind it is not looked at, so hostile text costs little. */
const longest = 2000

/** A whole token up to its last @: passwords may hold / and @. */
const userInAddress = /([a-z][a-z0-9+.-]{0,30}:\/\/)\S*@/gi
const userAlone = /[^\s:/@]+:[^\s/]\S*@/g
const query = /([a-z][a-z0-9+.-]{0,30}:\/\/[^\s?]*)\?\S*/gi
const bearer = /\b(bearer|basic|digest|token) +[\w~+/=.:-]+/gi
const named =
  /((?:pass(?:word|wd|phrase)?|pwd|secret|token|api[-_ ]?key|access[-_ ]?key|private[-_ ]?key|credentials?|auth(?:orization)?)["']?\s*[=:]\s*)(?:"[^"]*"?|'[^']*'?|[^\s,;&]+)/gi
const jwt = /\beyJ[\w-]+\.[\w-]+(?:\.[\w-]*)?/g

/**
 * For `describe`: the message of an error without what looks like a secret in it (users in addresses, queries, bearer tokens,
 * `password=…`), and without the values to `hide`. Patterns cannot know every secret: name your own, or stay with `errorCode`.
 */
export function errorMessage({ hide = [] }: { hide?: readonly (string | undefined)[] } = {}): (error: unknown) => string | undefined {
  const values = hide.filter((value) => value !== undefined && value !== '').sort((a, b) => (b?.length ?? 0) - (a?.length ?? 0))
  return (error) => {
    if (error instanceof CheckFailure) return error.message
    const known = values.reduce<string>((text, value) => text.replaceAll(value ?? '', '***'), messageOf(error))
    // A token that is cut in two may hide the @ that gives it away.
    return withoutSecrets(known.length <= longest ? known : known.slice(0, longest).replace(/\S*$/, ''))
  }
}

function withoutSecrets(text: string): string {
  return text
    .replace(userInAddress, '$1***@')
    .replace(userAlone, '***@')
    .replace(query, '$1?***')
    .replace(bearer, '$1 ***')
    .replace(named, '$1***')
    .replace(jwt, '***')
}

function messageOf(error: unknown): string {
  if (typeof error === 'string') return error
  if (typeof error !== 'object' || error === null) return ''
  const { message, cause } = error as { message?: unknown; cause?: unknown }
  const own = typeof message === 'string' ? message : ''
  // fetch says no more than `fetch failed`; the reason is behind it.
  return own === 'fetch failed' && cause !== undefined ? messageOf(cause) || own : own
}
