/** A line of a .dockerignore file. */
export interface IgnorePattern {
  /** It begins with "!": what it matches is not left out. */
  keeps: boolean
  matches: RegExp
}

/** As moby's patternmatcher reads it (github.com/moby/patternmatcher 0.6). */
export function parseIgnore(text: string): IgnorePattern[] {
  const lines = text
    .replace(/^\uFEFF/, '')
    .split(/\r?\n/)
    .filter((line) => !line.startsWith('#'))
    .map((line) => line.trim())
  return lines.flatMap((line) => {
    const keeps = line.startsWith('!')
    const path = cleaned(keeps ? line.slice(1).trim() : line)
    return path === '' ? [] : [{ keeps, matches: patternOf(path) }]
  })
}

/** Whether a path of the context is left out: the last line that matches it, or a folder it is in, decides. */
export function isIgnored(path: string, patterns: readonly IgnorePattern[]): boolean {
  const parts = path.split('/')
  const all = parts.map((_, index) => parts.slice(0, index + 1).join('/'))
  const last = patterns.findLast(({ matches }) => all.some((each) => matches.test(each)))
  return last !== undefined && !last.keeps
}

function cleaned(path: string): string {
  const parts = path.split('/').filter((part) => part !== '' && part !== '.')
  return parts.join('/')
}

/** One that cannot be a pattern matches nothing. */
function patternOf(path: string): RegExp {
  const source = path.replace(/\*\*\/|\*\*|\*|\?|\[[^\]]*\]|\\.|[.+^${}()|\\[\]]/g, (part) => {
    if (part === '**/') return '(?:.*/)?'
    if (part === '**') return '.*'
    if (part === '*') return '[^/]*'
    if (part === '?') return '[^/]'
    return part.length > 1 ? part : `\\${part}`
  })
  try {
    return new RegExp(`^${source}$`, 's')
  } catch {
    return /(?!)/
  }
}
