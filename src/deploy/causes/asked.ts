import type { DirectAnswer } from '../evidence-parts.ts'
import type { Case } from './case.ts'
import { quote } from './rule.ts'

export const pathOf = ({ url }: Pick<DirectAnswer, 'url'>) => new URL(url).pathname
export const portIn = ({ url }: Pick<DirectAnswer, 'url'>) => Number(new URL(url).port || 80)
export const works = ({ status, failed }: DirectAnswer) => status !== null && failed === null && status < 400

/** Direct answers of the routed port. */
export function direct(seen: Case): DirectAnswer[] {
  const port = seen.revision.plan?.route?.port ?? null
  return (seen.evidence.asked ?? []).filter((answer) => portIn(answer) === port)
}

export const probed = (seen: Case) => seen.revision.source.settings.probe.path

/** The same question as the probe's, past the proxy: one answer an address. */
export function probedDirectly(seen: Case): DirectAnswer[] {
  return direct(seen).filter((answer) => pathOf(answer) === new URL(probed(seen), 'http://a').pathname)
}

/** The first status of 400 and more that the app gave through the proxy. */
export function statusOf(seen: Case): number | null {
  return seen.answers.find(({ last }) => last.hop === 'app' && last.status !== null && last.status >= 400)?.last.status ?? null
}

/** Through the proxy it answers badly on every route, asked directly the same path is well: what differs is what the proxy sends. */
export function refusesTheProxied(seen: Case): boolean {
  const plain = probedDirectly(seen)
  const all = seen.answers.length > 0 && seen.answers.every(({ last }) => last.hop === 'app' && last.status !== null && last.status >= 400)
  return all && plain.length > 0 && plain.every(works)
}

/** For the sentence of `app_refused`: something listens, and no answer comes of it. */
export function givesNoAnswer({ service }: Case): { headline: string } {
  return { headline: `${service === '' ? 'the app' : service} gives no answer` }
}

export function answerLines(seen: Case): string[] {
  return [
    ...seen.answers.map(
      ({ route, last }) =>
        `through the proxy (${route}): ${last.status === null ? last.detail : `HTTP ${last.status}`}${last.location ? ` to ${quote(last.location, 100)}` : ''}`,
    ),
    ...direct(seen)
      .slice(0, 5)
      .map((answer) => `asked directly, ${pathOf(answer)}: ${answer.status === null ? answer.detail : `HTTP ${answer.status}`}`),
  ]
}
