import type { Failure } from '../deploy/failure.ts'
import type { StoredEvent } from '../deploy/record.ts'
import type { LogLine } from './contract.ts'
import { lineToJson, type ToJson } from './json.ts'

const known = new WeakMap<StoredEvent, string>()

/** One event as server-sent event: written once, however many follow it. */
export function eventFrame(event: StoredEvent, toJson: ToJson): string {
  const frame = known.get(event) ?? `id: ${event.id}\ndata: ${oneLine(toJson(event))}\n\n`
  known.set(event, frame)
  return frame
}

export function lineFrame(line: LogLine): string {
  return `data: ${oneLine(lineToJson(line))}\n\n`
}

/** The last of a log. Without it, or with a failure in it, lines are missing. */
export function endFrame(failure: Failure | null, toJson: ToJson): string {
  return `event: end\ndata: ${oneLine(toJson({ failure }))}\n\n`
}

/** JSON escapes every line end but these two, at which a JavaScript reader's `.` stops. */
function oneLine(json: string): string {
  return json.replaceAll('\u2028', '\\u2028').replaceAll('\u2029', '\\u2029')
}
