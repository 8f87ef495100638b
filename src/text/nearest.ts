/** The word that was probably meant: at most two letters away; null when none is. */
export function nearest(word: string, words: string[]): string | null {
  if (word.length > 40) return null
  const [best] = words.map((each) => ({ each, far: distance(word, each) })).toSorted((a, b) => a.far - b.far)
  return best !== undefined && best.far <= Math.min(2, Math.floor(word.length / 2)) ? best.each : null
}

/** Levenshtein's distance, one row at a time. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i)
  for (const [i, letter] of [...a].entries()) {
    const next = [i + 1]
    for (const [j, other] of [...b].entries()) next.push(Math.min((row[j + 1] ?? 0) + 1, (next[j] ?? 0) + 1, (row[j] ?? 0) + (letter === other ? 0 : 1)))
    row = next
  }
  return row[b.length] ?? 0
}
