/**
 * The login of a URL that is not where a parser finds it: its password has an `@`, `/`, `?`, `#`, `:` or `%` that is not escaped. RFC 3986
 * §3.2 ends the authority at the first `/`, `?` or `#`, and the login at `@`. null: the URL is well formed, or none.
 */
export function tornLogin(value: string): string | null {
  const rest = /^(?:jdbc:)?[a-z][\w+.-]{1,30}:\/\/(\S{1,500})$/i.exec(value)?.[1]
  const last = rest?.lastIndexOf('@') ?? -1
  if (rest === undefined || last < 0 || !host.test(rest.slice(last + 1))) return null
  const login = rest.slice(0, last)
  // The path of a database's URL is a name: an `@` behind its `/` is one of the password.
  if (/^(?:postgres(?:ql)?|mysql|mariadb)\b/i.test(value) && /^[^?#]*:[^?#]*@[^?#]*\/[^?#]*$/.test(login)) return login
  // `host/path?mail=a@b` has no login at all, and `user:password@host/path?mail=a@b` a good one.
  if (/[?#/]/.test(login)) return /^(?:[^@/?#]{0,200}@)?[\w.-]+(?::\d{1,5})?(?:[/?#]|$)/.test(login) ? null : login
  return login.includes('@') || /%(?![0-9a-f]{2})/i.test(login) || login.split(':').length > 2 ? login : null
}

const host = /^[\w.-]{1,100}(?::\d{1,5})?(?:[/?#]|$)/
