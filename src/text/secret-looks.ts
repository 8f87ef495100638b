/** What holds a secret by its very form, whoever printed it: a password in a URL, a header, `password=…`, `"token": "…"`, `--password …`. */
const forms: { only: RegExp; form: RegExp; hidden: string }[] = [
  { only: /:\/\//, form: /\b([a-z][a-z0-9+.-]{1,20}:\/\/[^\s:/@"'<>]{0,80}:)[^\s@/"'<>]{1,200}@/gi, hidden: '$1<hidden>@' },
  {
    only: /authorization/i,
    form: /\b((?:proxy-)?authorization["']?\s*[:=]\s*["']?(?:bearer|basic|token)\s+)[^\s"',;]+/gi,
    hidden: '$1<hidden>',
  },
  // A Sentry DSN and its like: the user is the key.
  { only: /:\/\//, form: /\b([a-z][a-z0-9+.-]{1,20}:\/\/)[0-9a-f]{24,64}@/gi, hidden: '$1<hidden>@' },
  {
    only: /[=]/,
    form: /\b([\w.-]{0,40}(?:password|passwd|pwd|secret|token|api[_-]?key|access[_-]?key|private[_-]?key))(=["']?)[^\s"'&,;)<>]{3,}/gi,
    hidden: '$1$2<hidden>',
  },
  {
    only: /["']\s*:/,
    form: /(["'][\w.-]{0,40}(?:password|passwd|secret|token|api[_-]?key|access[_-]?key|private[_-]?key)["']\s*:\s*["'])[^"'<>]{3,}/gi,
    hidden: '$1<hidden>',
  },
  { only: /--/, form: /(--(?:[\w-]{0,40}-)?(?:password|passwd|secret|token|api-key|access-key)[ \t]+["']?)(?!-)[^\s"'<>]{3,}/gi, hidden: '$1<hidden>' },
  { only: /-----BEGIN/, form: /-----BEGIN [A-Z ]{0,30}PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]{0,30}PRIVATE KEY-----|$)/g, hidden: '<hidden key>' },
]

/** Each of the above needs one of these marks, and one of these words: most lines are told so in one look or two. */
const marks = /[=@:]|--/
const words = /:\/\/|-----BEGIN|pass|pwd|secret|token|key|authorization/i

/** A text without what looks like a secret by the words around it. */
export function hideForms(text: string): string {
  if (!marks.test(text) || !words.test(text)) return text
  return forms.reduce((result, { only, form, hidden }) => (only.test(result) ? result.replace(form, hidden) : result), text)
}
