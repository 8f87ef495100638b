import { realClock } from '../../src/clock.ts'
import { httpsAnswer } from './https.ts'

/** One look at a public address. `status` null: a connection-level answer, whose code is `error`. */
export interface Look {
  url: string
  /** Wall clock, ms: when it was asked, and when it was answered. */
  asked: number
  answered: number
  status: number | null
  error: string
  body: string
  retryAfter: string | undefined
}

export interface Polling extends AsyncDisposable {
  looks: Look[]
  stop(): Promise<Look[]>
}

const pause = 25

/** Asks each address one request after another, as a visitor without patience does. */
export function poll(urls: string[], ca: string): Polling {
  const looks: Look[] = []
  const over = new AbortController()
  const polling = Promise.all(
    urls.map(async (url) => {
      while (!over.signal.aborted) {
        looks.push(await look(url, ca))
        await realClock.sleep(pause)
      }
    }),
  )
  const stop = async () => {
    over.abort()
    await polling
    return looks
  }
  return { looks, stop, [Symbol.asyncDispose]: async () => void (await stop()) }
}

async function look(url: string, ca: string): Promise<Look> {
  const asked = realClock.now()
  try {
    const { status, body, headers } = await httpsAnswer(url, ca, { within: 5_000 })
    return { url, asked, answered: realClock.now(), status, error: '', body, retryAfter: headers['retry-after'] }
  } catch (error) {
    const { code = '', message } = error as NodeJS.ErrnoException
    return { url, asked, answered: realClock.now(), status: null, error: code || message, body: '', retryAfter: undefined }
  }
}
