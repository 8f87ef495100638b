import type { StoredEvent } from '../deploy/record.ts'

type Listener = (event: StoredEvent) => void

export interface Followers {
  follow: (listener: Listener) => () => void
  tell: (events: StoredEvent[]) => void
}

/** Those who are called back for each event. One that throws harms nobody else. */
export function createFollowers(): Followers {
  const followers = new Set<{ listener: Listener }>()

  const tell = (event: StoredEvent) => {
    // Whoever begins to follow meanwhile hears the next one.
    for (const follower of Array.from(followers)) if (followers.has(follower)) call(follower.listener, event)
  }

  return {
    follow: (listener) => {
      const follower = { listener }
      followers.add(follower)
      return () => followers.delete(follower)
    },
    tell: (events) => events.forEach(tell),
  }
}

function call(listener: Listener, event: StoredEvent): void {
  try {
    listener(event)
  } catch {
    // What is told is committed already: neither its teller nor the others can do anything about a listener's mistake.
  }
}
