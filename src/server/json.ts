import { scrubReplacer } from '../text/scrub-value.ts'
import type { Scrubber } from '../text/scrubber.ts'
import type { LogLine } from './contract.ts'

/** The one place where something becomes the text of an answer: no secret of Torii's own gets through, whoever put it there. */
export function createToJson({ values }: Pick<Scrubber, 'values'>): (value: unknown) => string {
  const replacer = scrubReplacer({ text: values })
  return (value) => {
    const json = JSON.stringify(value)
    // Nearly always: one look at the whole is much cheaper than one at each text in it.
    return json === undefined || values(json) === json ? json : JSON.stringify(value, replacer)
  }
}

/** Of a line of a log, of which there are many a second: whoever reads a log has hidden Torii's own secrets too (read-logs.ts). */
export function lineToJson(line: LogLine): string {
  return JSON.stringify(line)
}

export type ToJson = ReturnType<typeof createToJson>
