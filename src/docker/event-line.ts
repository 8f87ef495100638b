import type { EngineEvent } from '../deploy/ports.ts'
import { refOf } from './labels.ts'

/** One line of GET /events. */
interface EventLine {
  Action?: string
  timeNano?: number
  Actor?: { ID?: string; Attributes?: Record<string, string> }
}

export interface ReadEvent {
  event: EngineEvent | null
  /** Where a new stream goes on, in the engine's `since` format. */
  at: string | null
}

/** null event: no container of a revision, or a piece of a line that was too long: then everything is looked at. */
export function readEvent(text: string): ReadEvent {
  const line = parsed(text)
  if (line === null) return { event: { is: 'gap' }, at: null }
  const ref = refOf(line.Actor?.Attributes ?? {})
  const id = line.Actor?.ID
  const at = line.timeNano === undefined ? null : (line.timeNano / 1e9).toFixed(6)
  return { event: ref && id ? { is: 'container', ref, id, action: headOf(line.Action ?? '') } : null, at }
}

function parsed(text: string): EventLine | null {
  try {
    return JSON.parse(text) as EventLine | null
  } catch {
    return null
  }
}

// `exec_start: /bin/sh -c echo health_status: healthy` carries the whole command of the check: everything after the first colon is
// somebody's text, and of `health_status: healthy` the inspect that follows tells the rest (Docker 26.1.5).
function headOf(action: string): string {
  return action.split(':', 1)[0]?.trim() ?? ''
}
