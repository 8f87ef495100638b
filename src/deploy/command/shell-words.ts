/** One simple command of a shell script. */
export interface Simple {
  words: string[]
  /** What stands before it: '' at the beginning. */
  after: '' | '&&' | '||' | '|' | ';' | '&'
  /** It stands in `$(…)`: what it prints goes to another command. */
  captured: boolean
}

/** Characters; longer scripts are not read: no health check is. */
export const longestScript = 5000

/**
 * The simple commands of a script, quotes taken off, as far as a POSIX shell would split it; commands in `$(…)` follow the one that they
 * stand in. It expands nothing. Enough to see which programs a check runs with which arguments, never to run it.
 */
export function simpleCommands(script: string, depth = 0): Simple[] {
  if (script.length > longestScript || depth > 4) return []
  const inner: string[] = []
  const commands = grouped(tokensOf(script, inner))
  return [...commands, ...inner.flatMap((each) => simpleCommands(each, depth + 1).map((command) => ({ ...command, after: ';' as const })))]
}

type Token = { word: string } | { operator: string }

function grouped(tokens: Token[]): Simple[] {
  const commands: Simple[] = []
  let current: Simple = { words: [], after: '', captured: false }
  for (const token of tokens) {
    if ('word' in token) current.words.push(token.word)
    else {
      if (current.words.length > 0) commands.push(current)
      current = { words: [], after: token.operator === '\n' || /[(){}]/.test(token.operator) ? ';' : (token.operator as Simple['after']), captured: false }
    }
  }
  return current.words.length > 0 ? [...commands, current] : commands
}

function tokensOf(script: string, inner: string[]): Token[] {
  const tokens: Token[] = []
  let redirected = false
  for (let at = 0; at < script.length; ) {
    const space = /^(?:[ \t\r]|\\\n)+/.exec(script.slice(at, at + 400))?.[0].length ?? 0
    const operator = /^(&&|\|\||[;|\n&()])/.exec(script.slice(at, at + 2))?.[0]
    if (space > 0) at += space
    else if (script[at] === '#') at = endOfLine(script, at)
    else if (operator !== undefined) {
      tokens.push({ operator })
      at += operator.length
    } else {
      const { word, end } = wordAt(script, at, inner)
      if (!redirected && !isRedirection(word)) tokens.push({ word })
      redirected = /^\d?(>>?|<)$/.test(word)
      at = Math.max(end, at + 1)
    }
  }
  return tokens
}

function wordAt(script: string, start: number, inner: string[]): { word: string; end: number } {
  let word = ''
  let at = start
  while (at < script.length) {
    const char = script[at] ?? ''
    if (/[\s;|()]/.test(char) || (char === '&' && !/[<>]$/.test(word)) || (/[<>]/.test(char) && !/^\d?[<>]?$/.test(word))) break
    if (char === "'" || char === '"') {
      const end = closing(script, at)
      const quoted = script.slice(at + 1, end)
      if (char === '"') inner.push(...substitutions(quoted))
      word += char === '"' ? quoted.replace(/\\(["\\$`])/g, '$1') : quoted
      at = end + 1
    } else if (char === '\\') {
      word += script[at + 1] ?? ''
      at += 2
    } else if (script.startsWith('$(', at) || char === '`') {
      const end = endOfSubstitution(script, at)
      const text = script.slice(at, end)
      inner.push(...substitutions(text))
      word += text
      at = end
    } else {
      word += char
      at += 1
    }
  }
  return { word, end: at }
}

/** "2>&1", ">/dev/null", "<file". */
function isRedirection(word: string): boolean {
  return /^\d?(>>?|<)(&\d|[^<>]*)$/.test(word)
}

/** Where a quotation ends; inside of double quotes `$(…)` has quotes of its own. */
function closing(script: string, start: number): number {
  const quote = script[start]
  for (let at = start + 1; at < script.length; at += 1) {
    if (script[at] === quote) return at
    if (quote === '"' && script[at] === '\\') at += 1
    else if (quote === '"' && script.startsWith('$(', at)) at = endOfSubstitution(script, at) - 1
  }
  return script.length
}

/** Behind the `)` or the backquote that ends it. */
function endOfSubstitution(script: string, start: number): number {
  if (script[start] === '`') {
    const end = script.indexOf('`', start + 1)
    return end < 0 ? script.length : end + 1
  }
  let open = 0
  for (let at = start + 1; at < script.length; at += 1) {
    if (script[at] === '"' || script[at] === "'") at = closing(script, at)
    else if (script[at] === '(') open += 1
    else if (script[at] === ')') open -= 1
    if (open === 0) return at + 1
  }
  return script.length
}

/** The scripts in `$(…)` and backquotes. */
function substitutions(text: string): string[] {
  const found: string[] = []
  for (let at = 0; at < text.length; at += 1) {
    if (!text.startsWith('$(', at) && text[at] !== '`') continue
    const end = endOfSubstitution(text, at)
    found.push(text.slice(at + (text[at] === '`' ? 1 : 2), end - 1))
    at = end - 1
  }
  return found
}

function endOfLine(script: string, at: number): number {
  const end = script.indexOf('\n', at)
  return end < 0 ? script.length : end
}
