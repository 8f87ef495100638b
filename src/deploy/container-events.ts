import type { Container } from './ports.ts'
import type { RevisionEvent } from './record.ts'

type ContainerEvent = Extract<RevisionEvent, { type: 'container' }>

/** What happened to a container between two looks, for its history; `before` null: it was not there. */
export function containerEvents(before: Container | null, after: Container | null): ContainerEvent[] {
  if (after === null) return before === null ? [] : [eventOf(before, 'removed')]
  if (before === null && after.startedAt === null) return [eventOf(after, 'created')]
  const started = after.startedAt !== null && after.startedAt !== (before?.startedAt ?? null)
  const ended = after.finishedAt !== null && after.finishedAt !== (before?.finishedAt ?? null) && after.state !== 'running'
  return [...(started ? [eventOf(after, 'started')] : []), ...(ended ? [eventOf(after, 'exited', `exit code ${after.exitCode ?? 'unknown'}`)] : [])]
}

export function eventOf({ service, replica }: Pick<Container, 'service' | 'replica'>, step: ContainerEvent['step'], detail = ''): ContainerEvent {
  return { type: 'container', service, replica, step, ...(detail === '' ? {} : { detail }) }
}
