/** What is wrong with a path that is joined to a public URL, or null: `new URL('//evil')` and a backslash change the host. */
export function probePathTrouble(path: string): string | null {
  if (!path.startsWith('/')) return 'it does not start with "/"'
  if (path.length > 1024) return 'it is longer than 1024 characters'
  if (path.includes('//') || path.includes('\\')) return 'it contains "//" or a backslash'
  if (/[^\x21-\x7e]/.test(path) || path.includes('#')) return 'it contains a space, a control character, a fragment or something that is not ASCII'
  return leaves(path) ? 'it contains ".."' : null
}

/** `..` as a segment, in any spelling that a URL parser reads as one. */
function leaves(path: string): boolean {
  const [before = ''] = path.split('?')
  return before.split(/\/|%2f|%5c/i).some((segment) => /^(\.|%2e){1,2}$/i.test(segment))
}
