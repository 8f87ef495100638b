import { posix } from 'node:path'

/**
 * The paths that a .dockerignore leaves out for certain: those written plainly, in a file where nothing is taken back. What else it leaves out
 * BuildKit knows (moby/patternmatcher); this only saves copying node_modules and .git.
 */
export function plainlyIgnored(text: string): (path: string) => boolean {
  const lines = text
    .replace(/^\uFEFF/, '')
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'))
  if (lines.some((line) => line.startsWith('!'))) return () => false
  const plain = new Set(lines.filter((line) => /^[\w./@+-]+$/.test(line)).map((line) => posix.normalize(line).replace(/^\/|\/$/g, '')))
  // BuildKit reads it from the copy.
  return (path) => path !== '.dockerignore' && plain.has(path)
}
