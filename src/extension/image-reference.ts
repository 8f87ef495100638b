// The grammar of github.com/distribution/reference, without bare image ids.
const part = '[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*'
const label = '[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?'
const host = `(?:${label}(?:\\.${label})*|\\[[a-fA-F0-9:]+\\])(?::\\d{1,5})?`
const reference = new RegExp(`^(?:${host}/)?${part}(?:/${part})*(?::[\\w][\\w.-]{0,127})?(?:@sha256:[a-f0-9]{64})?$`)

/** What is wrong with an image reference, or null. */
export function referenceTrouble(text: string): string | null {
  if (text === '') return 'it is empty'
  if (text.startsWith('-')) return 'it begins with a hyphen'
  if (/\s/.test(text)) return 'it contains a space'
  if (text.length > 512) return 'it is longer than 512 characters'
  if (/^sha256:/.test(text) || /^[a-f0-9]{64}$/.test(text)) return 'an image id is not a reference: name a repository'
  if (/[A-Z]/.test(text.replace(/[:@][^/]*$/, '').replace(/^[^/]*[.:][^/]*\//, ''))) return 'a repository name is lower-case'
  return reference.test(text) ? null : 'it is not [HOST/]NAME[:TAG][@sha256:DIGEST]'
}

/** Whether a reference means Torii's own builds: another deployment's, never this one's. */
export function isOurs(text: string): boolean {
  return /^((index\.)?docker\.io\/)?(library\/)?torii\//.test(text)
}
