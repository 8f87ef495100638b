import { fitToKeep } from './fit-to-keep.ts'
import type { Container } from './ports.ts'
import type { Revision } from './record.ts'

/** As long as the engine's own record of one check (4096 bytes, Docker 26.1.5). */
const longestOutput = 4096

/** A container with what its checks printed made fit to be kept and told: no secret of the environment, nothing that steers a terminal. */
export function asTold(container: Container, revision: Pick<Revision, 'source'> & Partial<Pick<Revision, 'resolved'>>): Container {
  const told = (text: string, max: number) => fitToKeep(text, revision, container, max)
  const log = container.health?.log.map((attempt) => ({ ...attempt, output: told(attempt.output, longestOutput) })) ?? []
  return { ...container, error: told(container.error, 600), health: container.health && { ...container.health, log } }
}
