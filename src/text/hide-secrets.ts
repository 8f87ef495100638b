import { hideValues } from './hide-values.ts'

/** What holds a secret by its very form, whoever printed it: a password in a URL, a header, `password=…`, `"token": "…"`. */
const forms: [RegExp, string][] = [
  [/\b([a-z][a-z0-9+.-]{1,20}:\/\/[^\s:/@"'<>]{0,80}:)[^\s@/"'<>]{1,200}@/gi, '$1<hidden>@'],
  [/\b((?:proxy-)?authorization["']?\s*[:=]\s*["']?(?:bearer|basic|token)\s+)[^\s"',;]+/gi, '$1<hidden>'],
  // A Sentry DSN and its like: the user is the key.
  [/\b([a-z][a-z0-9+.-]{1,20}:\/\/)[0-9a-f]{24,64}@/gi, '$1<hidden>@'],
  [/\b([\w.-]{0,40}(?:password|passwd|pwd|secret|token|api[_-]?key|access[_-]?key|private[_-]?key))(=["']?)[^\s"'&,;)<>]{3,}/gi, '$1$2<hidden>'],
  [/(["'][\w.-]{0,40}(?:password|passwd|secret|token|api[_-]?key|access[_-]?key|private[_-]?key)["']\s*:\s*["'])[^"'<>]{3,}/gi, '$1<hidden>'],
  [/-----BEGIN [A-Z ]{0,30}PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]{0,30}PRIVATE KEY-----|$)/g, '<hidden key>'],
]

/** A shorter piece of a secret gives nothing away. */
const leastPiece = 4
/** Text of that length was most likely cut: by the engine (4096 bytes of a health check, Docker 26.1.5) or by us. */
const likelyCut = 4000

/** A text without the values of these variables, those that are secrets by their names, and without what looks like a secret. */
export function hideSecrets(text: string, env: Record<string, string>): string {
  const open = forms.reduce((result, [form, hidden]) => result.replace(form, hidden), hideValues(text, env))
  return text.length < likelyCut
    ? open
    : Object.values(env)
        .filter(({ length }) => length <= likelyCut)
        .reduce(withoutPieces, open)
}

/** Where a text was cut in the middle of a secret, its piece stands at an edge. */
function withoutPieces(text: string, secret: string): string {
  let result = text
  for (let length = secret.length - 1; length >= leastPiece; length -= 1) {
    if (result.endsWith(secret.slice(0, length))) result = result.slice(0, -length)
    if (result.startsWith(secret.slice(-length))) result = result.slice(length)
  }
  return result
}
