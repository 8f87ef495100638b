import { createLogUpdate } from 'log-update'

/** A picture in place of the one before it. */
export interface Picture {
  draw(lines: string[]): void
  /** Stays above the picture. */
  note(text: string): void
  /** The last picture stays. */
  done(): void
}

/** Two ways to say nothing. */
const marks = ['\u001b[0m', '\u001b[39m']

/**
 * log-update 7.2 patches what lies between equal first and equal last lines without moving the last ones, when there are more or fewer lines
 * between: a first line that always differs makes it erase and draw everything, in one write.
 */
export function createPicture(stream: NodeJS.WriteStream): Picture {
  const update = createLogUpdate(stream)
  let last = ''
  let drawn = 0
  const draw = (lines: string[]) => {
    const picture = lines.join('\n')
    if (picture === last) return
    last = picture
    drawn += 1
    update(`${marks[drawn % marks.length]}${picture}`)
  }
  const note = (text: string) => {
    update.persist(text)
    last = ''
  }
  return { draw, note, done: update.done }
}
