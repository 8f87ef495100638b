import { listed } from '../words.ts'
import { type Case, isOfCheck, isOfEnd } from './case.ts'
import { quote, type Rule } from './rule.ts'

/** "waiting for http://inventory:8000/health ...", "Waiting for db:5432", "wait-for-it.sh: waiting 15 seconds for db:5432". */
const waits = /\b(?:still )?wait(?:s|ing)?(?: \d{1,5} seconds?)? for (?:the )?(?:\w{1,20}:\/\/)?["'`]?([\w.-]{1,100})/i
const often = 3

interface Waiting {
  service: string
  for: string
  line: string
}

/** Whom it waits for by its last lines, which say so again and again; null: nobody, or it has gone on. */
function waitingOf({ evidence, revision }: Case, service: string): Waiting | null {
  const names = new Set((revision.plan?.services ?? []).map(({ name }) => name))
  const logs = evidence.containers.find((each) => each.service === service)?.logs ?? ''
  const last = logs
    .split('\n')
    .filter((line) => line.trim() !== '')
    .slice(-often)
  const whom = last.map((line) => waits.exec(line)?.[1])
  const [first] = whom
  if (first === undefined || last.length < often || first === service || !names.has(first) || !whom.every((each) => each === first)) return null
  return { service, for: first, line: last[0] ?? '' }
}

/** From this one on around to it again; null: somebody in it waits for nobody. */
function circleFrom(seen: Case): Waiting[] | null {
  const circle: Waiting[] = []
  for (let at = waitingOf(seen, seen.service); at !== null; at = waitingOf(seen, at.for)) {
    circle.push(at)
    if (at.for === seen.service) return circle
    const next = at.for
    if (circle.some(({ service }) => service === next)) return null
  }
  return null
}

export const waitingRules: Rule[] = [
  {
    id: 'waits-in-a-circle',
    about: 'services that wait for each other before they listen, so that none ever does',
    find: (seen) => {
      const circle = isOfCheck(seen) || isOfEnd(seen) ? circleFrom(seen) : null
      const [first, second] = circle ?? []
      if (circle === null || first === undefined || second === undefined) return null
      // Its last lines alone say what it said; that nothing listens says that it still waits.
      const sure = seen.sockets?.length === 0
      return {
        clause: `${listed(circle.map((each) => `${each.service} waits for ${each.for}`))}: none of them starts before another has`,
        fix: `Let ${first.service} listen before it waits, or wait for nobody: take the wait for ${first.for} out of its entrypoint, and let it try again when it needs ${first.for}.`,
        evidence: circle.map(({ service, line }) => `${service} says again and again: ${quote(line)}`),
        sure,
        ...(!sure && { tellsApart: `whether one of them goes on: \`torii logs ${seen.name}\`` }),
      }
    },
  },
]
