import { DeployError } from '../deploy/failure.ts'
import { cleanText } from '../text/clean.ts'
import { isDict } from './model-text.ts'
import type { ParsedFile } from './parse-compose.ts'

const keys = [['mem_limit'], ['mem_reservation'], ['memswap_limit'], ['shm_size'], ['deploy', 'resources', 'limits', 'memory']]
/** Compose counts bytes in 64 bits with a sign. */
const most = 2 ** 63

/** Refuses sizes that no number of Compose's can hold: it drops them without a word, and the container would have no limit (2.26.1). */
export function checkDroppedLimits(file: ParsedFile): void {
  const services = isDict(file.root['services']) ? Object.entries(file.root['services']) : []
  for (const [name, service] of services) {
    const path = keys.find((each) => bytesOf(valueAt(service, each)) >= most)
    if (path === undefined) continue
    const detail = `${file.where(['services', name, ...path])}: services.${name}.${path.join('.')}: ${String(valueAt(service, path) as string | number)} is more than can be counted`
    throw new DeployError('compose_invalid', cleanText(detail, { max: 300 }), { fix: 'Give a size such as 512m or 2g.' })
  }
}

function valueAt(service: unknown, path: string[]): unknown {
  return path.reduce<unknown>((part, key) => (isDict(part) ? part[key] : undefined), service)
}

/** "512m", 1024; what is no size, or is to be interpolated, is Compose's to judge. */
function bytesOf(value: unknown): number {
  const [, number, unit = ''] = /^\s*(\d+(?:\.\d+)?(?:e\+?\d+)?)\s*([bkmgtp]?)i?b?\s*$/i.exec(String(value as string | number | undefined)) ?? []
  return number === undefined ? 0 : Number(number) * 1024 ** Math.max(0, 'bkmgtp'.indexOf(unit.toLowerCase() || 'b'))
}
