/** Values shorter than this are looked for in base64 only as they are alone, not as a part of something longer. */
const leastInBase64 = 8
const least = 4

/** A value in every form in which somebody may print it, itself first. */
export function formsOf(value: string): string[] {
  return [...new Set([value, ...quotedForms(value), ...urlForms(value), ...base64Forms(value), ...hexForms(value)])].filter(({ length }) => length >= least)
}

/** As JSON, JavaScript, Python and shells write it between quotes; Compose doubles a dollar. */
function quotedForms(value: string): string[] {
  const json = JSON.stringify(value).slice(1, -1)
  return [
    json,
    // JSON in JSON: a log line that quotes another program's.
    JSON.stringify(json).slice(1, -1),
    json.replaceAll('/', '\\/'),
    json.replaceAll("'", "\\'"),
    value.replaceAll("'", "\\'"),
    value.replaceAll("'", "'\\''"),
    value.replaceAll('$', '$$$$'),
  ]
}

function urlForms(value: string): string[] {
  const encoded = encodeURIComponent(value.toWellFormed())
  const strict = encoded.replaceAll(/[!'()*]/g, (letter) => `%${letter.charCodeAt(0).toString(16).toUpperCase()}`)
  const lower = (text: string) => text.replaceAll(/%[0-9A-F]{2}/g, (hex) => hex.toLowerCase())
  const all = [encoded, strict, encoded.replaceAll('%20', '+'), strict.replaceAll('%20', '+')]
  return [...all, ...all.map(lower)]
}

/** Alone, and in the middle of something (`user:password` of a header): there it may begin at each of three places of a group. */
function base64Forms(value: string): string[] {
  const bytes = Buffer.from(value)
  const alone = bytes.toString('base64').replace(/=+$/, '')
  const within = value.length < leastInBase64 ? [] : [0, 1, 2].map((before) => base64Core(bytes, before))
  return [alone, ...within].flatMap((form) => [form, form.replaceAll('+', '-').replaceAll('/', '_')])
}

/** Only the letters that these bytes alone decide. */
function base64Core(bytes: Buffer, before: number): string {
  const encoded = Buffer.concat([Buffer.alloc(before), bytes]).toString('base64')
  return encoded.slice(Math.ceil((before * 8) / 6), Math.floor(((before + bytes.length) * 8) / 6))
}

function hexForms(value: string): string[] {
  if (value.length < leastInBase64) return []
  const hex = Buffer.from(value).toString('hex')
  return [hex, hex.toUpperCase()]
}
