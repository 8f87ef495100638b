/** Wherever they stand in a name: DB_PASSWORD_2, SECRET_KEY_BASE, dbPassword, PGPASSWORD, API_KEY_PROD. */
const anywhere = /pass(?:word|wd|phrase|code)|secret|token|credential|(?:api|private|access|signing|encryption)[_-]?key/i
/** At a name's end, as a word of its own: GITHUB_PAT, STRIPE_SK, AWS_SESSION, PRIVATE_PEM. */
const atTheEnd = /(?:^|[_-])(?:key|keys|pass|pwd|pw|auth|pat|sk|session|salt|pepper|pem|cookie)$/i
const inCamelCase = /[a-z](?:Key|Pass|Pwd|Pw|Auth)$/
/** What such a name says about a secret, and not the secret itself. */
const about =
  /[_-](?:file|path|dir|folder|url|uri|endpoint|host|port|name|type|algorithm|length|size|ttl|timeout|expir\w*|header|enabled|required|policy|min|max|id)$/i

/** Whether a variable of this name holds a secret. */
export function isSecretName(name: string): boolean {
  return [anywhere, atTheEnd, inCamelCase].some((names) => names.test(name)) && !about.test(name)
}

/** Switches and numbers, and words that everybody knows: hidden, they would take half of a log with them. */
const known =
  /^(?:true|false|yes|no|none|null|\d{1,5}|password|postgres|mysql|mariadb|redis|mongo|root|admin|user|test|example|default|localhost|secret|token|guest|public|private|development|production|staging|debug|info|enabled|disabled|required|optional|unknown|undefined)$/i
const leastLength = 4

/** Whether a value can be one: longer than three characters, and no word that everybody knows. */
export function mayBeSecret(value: string): boolean {
  return value.length >= leastLength && !known.test(value)
}
