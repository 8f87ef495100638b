import type { RevisionEvent, StoredEvent } from '../deploy/record.ts'
import { duration } from './amounts.ts'
import { eventText } from './event-text.ts'
import type { Progress } from './progress.ts'

/** What a log file is told of one event: a line where something changed, nothing where it only went on. */
export function changeLine(before: Progress, { event, at }: StoredEvent): string | null {
  if (!isChange(before, event)) return null
  const began = before.entered.UNINITIALIZED ?? Date.parse(at)
  return `${duration(Date.parse(at) - began).padStart(8)}  ${eventText(event)}`
}

function isChange(before: Progress, event: RevisionEvent): boolean {
  switch (event.type) {
    case 'image': {
      const last = before.images.find(({ image }) => image === event.image)
      return last?.step !== event.step || (event.step === 'building' && isBuildStep(event.detail) && last.detail !== event.detail)
    }
    case 'verdict':
      // The check itself has just been told.
      return event.now !== 'waiting' || !event.detail.startsWith('its health check: ')
    case 'attempt':
      return (
        event.exit !== 0 && event.output !== before.containers.find(({ service, replica }) => service === event.service && replica === event.replica)?.output
      )
    case 'probe': {
      const last = before.probes.find(({ url }) => url === event.url)
      return last?.status !== event.status || last.detail !== event.detail
    }
    default:
      return true
  }
}

/** "[2/5] RUN …", "[web 2/5] RUN …"; what BuildKit does for itself is called [internal]. */
function isBuildStep(detail = ''): boolean {
  return /^\[[^\]]*\d+\/\d+\]/.test(detail)
}
