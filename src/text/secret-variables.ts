const names = /(^|_)(key|token|pass|password|passwd|passphrase|pwd|secret|credentials?|auth)$/i
const plain = /^(true|false|yes|no|none|null|\d{1,5})$/i
const leastLength = 4

/** Of a container's variables those whose values are secrets by their names. What another variable says openly is none: `POSTGRES_USER=postgres`. */
export function secretVariables(env: Record<string, string>): Record<string, string> {
  const entries = Object.entries(env)
  const open = new Set(entries.filter(([name]) => !names.test(name)).map(([, value]) => value))
  return Object.fromEntries(entries.filter(([name, value]) => names.test(name) && value.length >= leastLength && !plain.test(value) && !open.has(value)))
}
