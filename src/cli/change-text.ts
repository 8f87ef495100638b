import type { Change } from '../deploy/forecast-view.ts'

const signs: Record<Change['change'], string> = { added: '+', removed: '-', changed: '~' }

/** "~ web: image shop:1 → shop:2", "+ web: variable LOG_LEVEL". */
export function changeText({ service, what, name, change, before, after }: Change): string {
  if (what === 'service') return `${signs[change]} service ${name}`
  const from = before === undefined || after === undefined ? name : what === 'image' ? imageText(name, before, after) : `${name} ${before} → ${after}`
  return `${signs[change]} ${service === null ? '' : `${service}: `}${what} ${from}`
}

/** The same reference, another image. */
function imageText(name: string, before: string, after: string): string {
  return before.startsWith('sha256:') && after.startsWith('sha256:') ? `${name} is another now (${after.slice(0, 19)})` : `${before} → ${after}`
}
