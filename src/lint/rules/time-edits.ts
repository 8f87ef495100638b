import { isMap, isScalar } from 'yaml'
import type { Edit } from '../rule.ts'
import type { LintService, Stated } from '../see/service.ts'
import type { Place } from '../see/source.ts'
import { earliestUnhealthy } from './check-times.ts'

const added = 30_000

/** A start period of 30 s, where it leaves the gate its verdict: no check gets stricter by it. */
export function withStartPeriod(stated: Stated, service: LintService): Edit[] {
  if (earliestUnhealthy({ ...stated.check, startPeriod: added }) >= 180_000) return []
  if (stated.from === 'dockerfile') return inDockerfile(stated.at)
  return stated.from === 'compose' ? inCompose(service) : []
}

/** Behind the word HEALTHCHECK. */
function inDockerfile(at: Place): Edit[] {
  const keyword = /^HEALTHCHECK(?=\s)/i.exec(at.source.text.slice(at.start, at.end))?.[0]
  if (keyword === undefined) return []
  const start = at.start + keyword.length
  return [{ source: at.source, start, end: start, text: ' --start-period=30s' }]
}

/** Behind the last part that stands on a line of its own. A mapping with a merge key may have one already. */
function inCompose(service: LintService): Edit[] {
  const written = service.written(['healthcheck'])
  const map = written?.value
  if (written === null || !isMap(map) || map.items.some(({ key }) => !isScalar(key) || typeof key.value === 'symbol')) return []
  const last = map.items.findLast(({ value }) => isScalar(value) && value.type !== 'BLOCK_LITERAL' && value.type !== 'BLOCK_FOLDED')
  const [key, value] = [last?.key, last?.value]
  if (!isScalar(key) || !isScalar(value) || !key.range || !value.range) return []
  const { source } = written.file
  if (map.flow === true) return [{ source, start: value.range[1], end: value.range[1], text: ', start_period: 30s' }]
  const indent = source.text.slice(source.text.lastIndexOf('\n', key.range[0] - 1) + 1, key.range[0])
  const end = endOfLine(source.text, value.range[1])
  return indent.trim() === '' ? [{ source, start: end, end, text: `${source.text[end] === '\r' ? '\r' : ''}\n${indent}start_period: 30s` }] : []
}

function endOfLine(text: string, from: number): number {
  const end = text.indexOf('\n', from)
  if (end < 0) return text.length
  return text[end - 1] === '\r' ? end - 1 : end
}

/** `500ms` becomes `1s`, quoted as it was. */
export function withOneSecond(key: Place): Edit[] {
  const rest = key.source.text.slice(key.start, key.start + 200)
  const [whole, before = '', value = ''] = /^((?:interval\s*:\s*|--interval=)["']?)([\d.]+(?:ms|us|µs|ns|s))/.exec(rest) ?? []
  if (whole === undefined) return []
  const start = key.start + before.length
  return [{ source: key.source, start, end: start + value.length, text: '1s' }]
}
