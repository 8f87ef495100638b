import { environmentValue } from '../config.ts'
import type { Clock } from '../deploy/ports.ts'
import type { StoredEvent } from '../deploy/record.ts'
import { changeLine } from './lines.ts'
import { say, shown } from './output.ts'
import type { Progress } from './progress.ts'

/** Where progress is shown; on stderr, for stdout is for data. */
export interface Screen {
  /** `progress` is the picture before that event. */
  event(progress: Progress, event: StoredEvent): void
  /** The picture as it is now; cheap, however often. */
  show(progress: Progress): void
  /** Something that stays above the picture. */
  note(text: string): void
  /** The last picture stays. */
  done(): void
}

const frame = 100

export async function openScreen(clock: Clock): Promise<Screen> {
  return isLive() ? liveScreen(clock) : lineScreen()
}

/** A terminal that can be drawn on, with a person before it. */
function isLive(): boolean {
  const ci = environmentValue('CI')
  return process.stderr.isTTY === true && environmentValue('TERM') !== 'dumb' && (ci === undefined || ci === '' || ci === 'false')
}

function lineScreen(): Screen {
  const event = (progress: Progress, change: StoredEvent) => {
    const line = changeLine(progress, change)
    if (line !== null) say(line)
  }
  return { event, show: () => {}, note: say, done: () => {} }
}

async function liveScreen(clock: Clock): Promise<Screen> {
  const [{ createPicture }, { render }] = await Promise.all([import('./picture.ts'), import('./render.ts')])
  const update = createPicture(process.stderr)
  const closed = new AbortController()
  let latest: Progress | null = null
  let waiting = false
  const draw = () => {
    if (latest) update.draw(render(latest, process.stderr.columns || 80, process.stderr.hasColors()).map(shown))
  }
  const drawSoon = async () => {
    if (waiting) return
    waiting = true
    draw()
    await clock.sleep(frame, closed.signal).catch(() => {})
    waiting = false
    if (latest && !closed.signal.aborted) draw()
  }
  const show = (progress: Progress) => {
    latest = progress
    void drawSoon()
  }
  const done = () => {
    closed.abort()
    draw()
    update.done()
  }
  return { event: () => {}, show, note: update.note, done }
}
