/**
 * Escape sequences as a whole: CSI, then OSC, DCS, SOS, PM and APC with what they carry, then the two-byte ones. No part can run into
 * the next sequence, so hostile text costs linear time.
 */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const sequences = /(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]|(?:\x1b[\]PX^_]|[\x90\x98\x9d-\x9f])[^\x07\x1b\x80-\x9f\n]*(?:\x07|\x1b\\|\x9c)|\x1b[ -/]*[0-~]/g

/** What begins a line anew without being \n: a place for a blank, so that no half of it passes for the whole. */
const returns = /\r(?!\n)|[\u2028\u2029]/g

/** C0 and C1 without \n and \t, and what turns the direction of a text around. */
const controls = /[^\P{Control}\n\t]|[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu

/** What nobody sees, but for joiners and variation selectors, which scripts and emoji need. */
const unseen = /(?!\u200c|\u200d|[\ufe00-\ufe0f])\p{Default_Ignorable_Code_Point}/gu

/** Most lines of most logs: told in one look. */
const plain = /^[\n\t\x20-\x7e]*$/

const loneSurrogates = /\p{Surrogate}/gu

/** Text of a user, an image or a container, fit for a terminal and a page: nothing in it steers either. Longer than `max`: cut, with "…". */
export function cleanText(text: string, { max = Number.POSITIVE_INFINITY }: { max?: number } = {}): string {
  const clean = plain.test(text) ? text : cleaned(text)
  return clean.length <= max ? clean : cut(clean, max)
}

function cleaned(text: string): string {
  return text.replace(sequences, '').replace(returns, ' ').replace(controls, '').replace(unseen, '').replace(loneSurrogates, '')
}

function cut(text: string, max: number): string {
  const kept = text.slice(0, Math.max(0, max - 1))
  return max < 1 ? '' : `${kept.replace(loneSurrogates, '')}…`
}
