import { rowOf } from '../deploy/failure.ts'
import { oneLine } from '../text/one-line.ts'
import { CliError } from './cli-error.ts'

const { exit } = rowOf('interrupted')

/** Aborted by the first Ctrl-C (or SIGTERM); the second one ends the process at once. */
export function interruptSignal(): AbortSignal {
  const controller = new AbortController()
  onInterrupt(() => controller.abort(new Interrupted()))
  return controller.signal
}

// The listeners stay: signal-exit, which puts the terminal's cursor back, ends a process that has none but its own.
export function onInterrupt(first: () => void): void {
  let interrupted = false
  const listener = () => {
    if (interrupted) process.exit(exit)
    interrupted = true
    first()
  }
  process.on('SIGINT', listener).on('SIGTERM', listener)
}

/** The first Ctrl-C ends the waiting, not the work of the control plane: `goesOn` says what it is. */
export async function untilInterrupted<T>(name: string, goesOn: string, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const who = oneLine(name)
  return work(interruptSignal()).catch((error) => {
    throw error instanceof Interrupted ? new Interrupted(`Interrupted; ${who} goes on ${goesOn}.`, `\`torii status ${who}\` shows how it goes.`) : error
  })
}

export class Interrupted extends CliError {
  constructor(sentence = 'Interrupted.', fix = '', document: object | null = null) {
    super(sentence, { reason: 'interrupted', exit, fix, document })
    this.name = 'Interrupted'
  }
}
