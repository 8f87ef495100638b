import { cleanText } from './clean.ts'

/** Text of others on one line of ours. */
export function oneLine(text: string, max = 200): string {
  return cleanText(cleanText(text).replace(/\s+/g, ' ').trim(), { max })
}

/** The last line that says anything: where most programs put their reason. */
export function lastLine(text: string, max = 200): string {
  const lines = cleanText(text).split('\n')
  return oneLine(lines.findLast((line) => line.trim() !== '') ?? '', max)
}
