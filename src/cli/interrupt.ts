import { CliError } from './cli-error.ts'

/** Aborted by the first Ctrl-C (or SIGTERM); the second one ends the process at once, as by default. */
export function interruptSignal(): AbortSignal {
  const controller = new AbortController()
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => controller.abort(new Interrupted()))
  return controller.signal
}

export class Interrupted extends CliError {
  constructor(sentence = 'Interrupted.', fix = '', document: object | null = null) {
    super(sentence, { reason: 'interrupted', exit: 130, fix, document })
    this.name = 'Interrupted'
  }
}
