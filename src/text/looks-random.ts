/** What says which version something is, and is as random as a key. */
const version = /sha|commit|digest|hash|version|revision|build|checksum|etag|uuid|(?:^|_)id$/i

/**
 * Whether a value can be nothing but a key, whatever its name is: one word of 20 to 200 letters as generators make them. Names that say which
 * version something is are none.
 */
export function looksRandom(name: string, value: string): boolean {
  if (version.test(name) || value.length < 20 || value.length > 200) return false
  if (/^eyJ[\w-]{10,}\.[\w-]+\.[\w-]*$/.test(value)) return true
  if (!/^[A-Za-z0-9_+/=-]+$/.test(value) || !/\d/.test(value) || new Set(value).size < 10) return false
  return (/[a-z]/.test(value) && /[A-Z]/.test(value) && longestWord(value) <= 10) || /^[0-9a-f]{32,}$/.test(value)
}

/** Of letters of one case. */
function longestWord(value: string): number {
  return Math.max(...(value.match(/[a-z]+|[A-Z]+/g) ?? ['']).map(({ length }) => length))
}
