/** What is looked for: a text, and what it is called where it is hidden. */
export interface Form {
  text: string
  name: string
}

/** A part of a text that is to be hidden. */
export interface Found {
  start: number
  end: number
  name: string
}

/** Letters that are hashed together. */
const block = 3
const tableSize = 1 << 15

/**
 * Looks for many texts at once and passes most letters by (Wu and Manber, 1994): what a text costs depends on the shortest form, hardly on how
 * many there are. Every place where a form stands is given to `hit`, with the longest form first; forms shorter than `block` are never found.
 */
export function createFinder<F extends Form>(forms: F[]): (text: string, hit: (form: F, start: number) => void) => void {
  const usable = forms.filter(({ text }) => text.length >= block)
  if (usable.length === 0) return () => {}
  const shortest = Math.min(...usable.map(({ text }) => text.length))
  const shifts = new Uint8Array(tableSize).fill(Math.min(255, shortest - block + 1))
  const ends = new Map<number, F[]>()
  for (const form of usable) {
    for (let at = block; at <= shortest; at += 1) {
      const key = keyAt(form.text, at)
      shifts[key] = Math.min(shifts[key] as number, shortest - at)
    }
    const key = keyAt(form.text, shortest)
    ends.set(key, [...(ends.get(key) ?? []), form])
  }
  for (const each of ends.values()) each.sort((a, b) => b.text.length - a.text.length)

  const look = (text: string, at: number, key: number, hit: (form: F, start: number) => void) => {
    for (const form of ends.get(key) ?? []) if (text.startsWith(form.text, at - shortest)) hit(form, at - shortest)
  }
  return (text, hit) => {
    const { length } = text
    let at = shortest
    while (at <= length) {
      const key = keyAt(text, at)
      const shift = shifts[key] as number
      if (shift > 0) at += shift
      else {
        look(text, at, key, hit)
        at += 1
      }
    }
  }
}

/** Of the letters just before `end`. */
function keyAt(text: string, end: number): number {
  return ((text.charCodeAt(end - 3) << 10) ^ (text.charCodeAt(end - 2) << 5) ^ text.charCodeAt(end - 1)) & (tableSize - 1)
}
