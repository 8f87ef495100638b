import type { AppHealth } from '../deploy/view.ts'
import { oneLine } from '../text/one-line.ts'

/** What the app says of itself, a line a check; nothing where it reports nothing. */
export function healthText(health: AppHealth | null): string[] {
  if (health === null || health.status === null) return []
  const { service, path, status, checks, detail } = health
  return [
    `  ${oneLine(service)} reports ${oneLine(status, 80)} on ${oneLine(path, 100)}: ${health.health} (${oneLine(detail, 200)})`,
    ...checks.map(({ name, says, good }) => `    ${good ? '✔' : '✘'} ${oneLine(name, 80)}: ${oneLine(says, 200)}`),
  ]
}
