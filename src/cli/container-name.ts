import { oneLine } from '../text/one-line.ts'

/** web, web/2. */
export function containerName({ service, replica }: { service: string; replica: number }): string {
  return `${oneLine(service)}${replica === 1 ? '' : `/${replica}`}`
}
