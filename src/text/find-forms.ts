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

export interface Finder<F extends Form> {
  /** Whether any of them stands in it. */
  has(text: string): boolean
  /** Every place where one stands; of several in the same place the longest first. */
  each(text: string, hit: (form: F, start: number) => void): void
}

/** Letters that are hashed together. */
const block = 3
const tableSize = 1 << 15
/** Letters at a text's edge that are looked at. */
const edge = 8

/**
 * Looks for many texts at once and passes most letters by (Wu and Manber, 1994): what a text costs depends on the shortest form, hardly on how
 * many there are. Forms shorter than `block` are never found.
 */
export function createFinder<F extends Form>(forms: F[]): Finder<F> {
  const usable = forms.filter(({ text }) => text.length >= block)
  // No spread: so many arguments as there may be forms are more than a call takes (Node 24: some 120,000).
  const shortest = usable.reduce((least, { text }) => Math.min(least, text.length), Number.POSITIVE_INFINITY)
  const { shifts, ends } = tablesOf(usable, shortest)
  const at = (text: string, end: number) => (ends.get(keyAt(text, end)) ?? []).filter((form) => text.startsWith(form.text, end - shortest))
  /** The next place from `from` on where some form may end its first letters; beyond the text: there is none. */
  const next = (text: string, from: number) => {
    const { length } = text
    let end = from
    while (end <= length) {
      const shift = shifts[keyAt(text, end)] as number
      if (shift === 0) return end
      end += shift
    }
    return Number.POSITIVE_INFINITY
  }
  return {
    has: (text) => {
      for (let end = next(text, shortest); end <= text.length; end = next(text, end + 1)) if (at(text, end).length > 0) return true
      return false
    },
    each: (text, hit) => {
      for (let end = next(text, shortest); end <= text.length; end = next(text, end + 1)) for (const form of at(text, end)) hit(form, end - shortest)
    },
  }
}

/** Whether a text may begin or end within one of these forms, by its outermost 8 letters: false is certain. */
export function createEdgeLook(forms: Form[]): (text: string) => boolean {
  const within = new Uint8Array(tableSize)
  for (const { text } of forms) for (let at = block; at <= text.length; at += 1) within[keyAt(text, at)] = 1
  const has = (text: string, end: number) => within[keyAt(text, end)] === 1
  return (text) => {
    const { length } = text
    if (length < edge) return false
    return (has(text, length) && has(text, length - 3) && has(text, length - 5)) || (has(text, 3) && has(text, 6) && has(text, 8))
  }
}

/** How far may be skipped after each block, and what may stand where nothing may. */
function tablesOf<F extends Form>(forms: F[], shortest: number): { shifts: Uint8Array; ends: Map<number, F[]> } {
  const shifts = new Uint8Array(tableSize).fill(Math.min(255, Math.max(1, shortest - block + 1)))
  const ends = new Map<number, F[]>()
  for (const form of forms.toSorted((a, b) => b.text.length - a.text.length)) {
    for (let at = block; at <= shortest; at += 1) {
      const key = keyAt(form.text, at)
      shifts[key] = Math.min(shifts[key] as number, shortest - at)
    }
    const key = keyAt(form.text, shortest)
    const same = ends.get(key)
    if (same === undefined) ends.set(key, [form])
    else same.push(form)
  }
  return { shifts, ends }
}

/** Of the letters just before `end`. */
function keyAt(text: string, end: number): number {
  return ((text.charCodeAt(end - 3) << 10) ^ (text.charCodeAt(end - 2) << 5) ^ text.charCodeAt(end - 1)) & (tableSize - 1)
}
