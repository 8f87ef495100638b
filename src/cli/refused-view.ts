import { realClock } from '../clock.ts'
import { kindOf } from '../extension/kind.ts'
import type { CliError } from './cli-error.ts'

/** The machine contract of what never reached the server: nothing was recorded (design §5.1). */
export function refusedView({ reason, message, service, fix, asks }: CliError, name: string | undefined): object {
  return {
    deployment: { id: null, name: name ?? null, kind: name === undefined ? null : kindOf(name) },
    revision: null,
    state: null,
    urls: [],
    failure: { reason, service, sentence: message, fix, at: new Date(realClock.now()).toISOString() },
    timeline: [],
    containers: [],
    probe: [],
    notices: [],
    live: false,
    ...(asks === null ? {} : { asks }),
    upload: null,
  }
}
