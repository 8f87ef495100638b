import { type Listens, listensOf } from '../../deploy/command/listens.ts'
import type { LintService } from '../see/service.ts'
import type { Place } from '../see/source.ts'

export interface Listening extends Listens {
  at: Place
}

const passesOn = /(^|\/)(tini|dumb-init|catatonit|docker-entrypoint\.sh|entrypoint\.sh)$/

/** Where a service's command will listen, when it starts a server that we know. */
export function listeningOf({ starts: { entrypoint, command }, env, build }: LintService): Listening | null {
  const files = build?.files ?? []
  const whole = wholeCommand(entrypoint, command)
  if (whole === null) return null
  const found = listensOf(whole, env, files)
  return found && { ...found, at: whole.at }
}

/** Entrypoint and command as one; an entrypoint in shell form gets no command (Dockerfile reference). */
function wholeCommand(entrypoint: LintService['starts']['entrypoint'], command: LintService['starts']['command']) {
  if (entrypoint === null) return command
  if (command === null || entrypoint.form === 'shell') return entrypoint
  if (passesOn.test(entrypoint.argv.find((word) => word !== '--') ?? '')) return command
  if (command.form === 'shell') return entrypoint.argv.length === 0 ? command : null
  return { form: 'exec' as const, argv: [...entrypoint.argv, ...command.argv], at: command.at }
}
