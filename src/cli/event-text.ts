import type { RevisionEvent } from '../deploy/record.ts'
import { oneLine } from '../text/one-line.ts'
import { bytes, duration } from './amounts.ts'
import { checkSaid, exitText } from './check-text.ts'
import { containerName } from './container-name.ts'

/** One event as one line. */
export function eventText(event: RevisionEvent): string {
  switch (event.type) {
    case 'state':
      return event.failure ? `${event.state}: ${oneLine(event.failure.sentence, 600)}` : event.state
    case 'notice':
      return `notice: ${oneLine(event.text, 600)}`
    case 'image':
      return `image ${oneLine(event.image)} (${oneLine(event.service)}): ${event.step}${sizeOf(event)}${after(': ', event.detail)}`
    case 'container':
      return `${containerName(event)}: ${event.step}${after(': ', event.detail)}`
    case 'verdict':
      return `${containerName(event)}: ${event.now}${event.now === 'passed' ? ` after ${duration(event.ms)}` : ''}${after(': ', event.detail)}${momentsOf(event)}`
    case 'attempt':
      return `${containerName(event)}: health probe ${event.exit === 0 ? 'passed' : `failed with ${exitText(event)}`}${after(': ', checkSaid(event.output, 200))}`
    case 'route':
      return `route: ${event.step}${after(' ', event.urls.join(' '))}`
    case 'probe':
      return `probe ${oneLine(event.url)}: ${probeText(event)}`
    case 'removed':
      return 'removed'
    default:
      return oneLine(JSON.stringify(event))
  }
}

/** Who answered a probe, and what. */
export function probeText({ hop, status, detail }: { hop: string; status: number | null; detail: string }): string {
  const answer = status === null ? 'no answer' : `HTTP ${status} from the ${hop === 'backend' ? 'proxy, which cannot reach the app' : hop}`
  const words = oneLine(detail)
  return words === '' || words.startsWith(`HTTP ${status}`) ? words || answer : `${answer}: ${words}`
}

function sizeOf({ current, total, step }: Extract<RevisionEvent, { type: 'image' }>): string {
  // A build counts steps, not bytes.
  if (total === 0 || step === 'building') return ''
  return step === 'pulling' && current < total ? ` ${bytes(current)} of ${bytes(total)}` : `, ${bytes(total)}`
}

function after(separator: string, text = ''): string {
  const words = oneLine(text)
  return words === '' ? '' : `${separator}${words}`
}

function momentsOf({ earliest, latest }: { earliest?: number; latest?: number }): string {
  return earliest === undefined || latest === undefined ? '' : ` (a verdict comes ${duration(earliest)} to ${duration(latest)} after its start)`
}
