import { counted, listed } from '../deploy/words.ts'
import { lastLine } from '../text/one-line.ts'
import { bytes, duration } from './amounts.ts'
import { checkSaid } from './check-text.ts'
import type { Phase } from './phase.ts'
import { foreign, type Piece, piece } from './pieces.ts'
import type { Progress, WatchedContainer } from './progress.ts'

/** One row of the picture, before it is laid out. */
export interface Row {
  title: Phase
  items: Piece[][]
  /** '' where none is shown. */
  took: string
}

export function rowsOf(progress: Progress): Row[] {
  const rows = [imagesRow(progress), startedRow(progress), healthRow(progress)]
  return progress.kind === 'app' || progress.urls.length > 0 ? [...rows, routeRow(progress)] : rows
}

function imagesRow({ images, entered, now }: Progress): Row {
  const ready = images.filter(({ step }) => step === 'present' || step === 'pulled' || step === 'built')
  // A build counts steps, not bytes.
  const sized = images.filter(({ step }) => step !== 'building')
  const current = sized.reduce((sum, image) => sum + image.current, 0)
  const total = sized.reduce((sum, image) => sum + image.total, 0)
  const done = images.length > 0 && ready.length === images.length
  const size = total === 0 ? '' : done || current >= total ? `, ${bytes(total)}` : `, ${bytes(current)} of ${bytes(total)}`
  const working = images.filter(({ step }) => step === 'building' || step === 'failed').map((image) => [foreign(imageWords(image))])
  const began = entered.PULLING_IMAGES
  const end = entered.REQUESTED ?? entered.FAILED ?? now
  return {
    title: 'images',
    items: images.length === 0 ? [] : [[piece(`${ready.length} of ${images.length}${size}`)], ...working],
    took: began === undefined ? '' : duration(end - began),
  }
}

function imageWords({ step, service, detail = '' }: Progress['images'][number]): string {
  return `${step === 'building' ? 'building' : 'failed:'} ${service}${detail === '' ? '' : `: ${lastLine(detail)}`}`
}

function startedRow({ containers, entered, state }: Progress): Row {
  const up = containers.filter(({ startedAt }) => startedAt !== null)
  const names = piece(up.map((container) => labelOf(container, containers)).join(', '))
  const counted = up.length === containers.length ? [] : [piece(`${up.length} of ${containers.length}${up.length > 0 ? ': ' : ''}`)]
  const last = Math.max(...up.map(({ startedAt }) => startedAt ?? 0))
  const took = up.length === 0 || entered.REQUESTED === undefined ? '' : duration(last - entered.REQUESTED)
  return { title: 'started', items: containers.length === 0 ? [] : [[...counted, names], ...(state === 'FAILED' ? neverStarted(containers) : [])], took }
}

/** Of a revision that failed: what was held back. */
function neverStarted(containers: WatchedContainer[]): Piece[][] {
  const held = containers.filter(({ startedAt }) => startedAt === null).map((container) => labelOf(container, containers))
  return held.length === 0 || held.length === containers.length ? [] : [[piece(`${listed(held)} ${held.length === 1 ? 'was' : 'were'} not started`, 'dim')]]
}

function healthRow({ containers, notices, entered, routedAt, state }: Progress): Row {
  const begun = containers.filter(({ startedAt, verdict }) => startedAt !== null || verdict !== null)
  const hints = notices.filter(({ rule }) => rule === 'fast_start').map(({ text }) => [foreign(text, 'dim')])
  const judged = begun.length > 0 && (routedAt !== null || state === 'DEPLOYED' || begun.every(({ verdict }) => verdict !== null && verdict !== 'waiting'))
  const last = Math.max(...containers.map(({ judgedAt }) => judgedAt ?? 0))
  const took = judged && last > 0 && entered.REQUESTED !== undefined ? duration(last - entered.REQUESTED) : ''
  return { title: 'health', items: begun.length === 0 ? [] : [...begun.map((container) => healthItem(container, containers)), ...hints], took }
}

function healthItem(container: WatchedContainer, all: WatchedContainer[]): Piece[] {
  const name = piece(`${labelOf(container, all)} `)
  switch (container.verdict) {
    case 'passed':
      return [name, piece('✔', 'green'), piece(` ${duration(container.ms)}`)]
    case 'skipped':
      return [name, piece('–', 'dim'), foreign(` ${container.detail || 'no HEALTHCHECK'}`, 'dim')].map(spaced)
    case 'finished':
      return [name, piece('✔', 'green'), foreign(container.detail || 'finished')].map(spaced)
    case 'failed':
      return [name, piece('✘', 'red'), foreign(waitingWords(container))].map(spaced)
    default:
      return [name, piece(container.verdict === null ? '○' : '●', container.verdict === null ? 'dim' : 'yellow'), foreign(waitingWords(container))].map(spaced)
  }
}

/** A foreign piece lost the space before it. */
function spaced(part: Piece, at: number): Piece {
  return at < 2 || part.text === '' ? part : { ...part, text: ` ${part.text}` }
}

function waitingWords({ failedChecks, output, detail, between, verdict }: WatchedContainer): string {
  const moments = between && verdict === 'waiting' ? `; a verdict comes ${duration(between.earliest)} to ${duration(between.latest)} after its start` : ''
  if (failedChecks === 0) return `${detail}${moments}`
  const said = checkSaid(output, 120)
  return `${counted(failedChecks, 'probe')} failed${said === '' ? '' : `: ${said}`}${moments}`
}

function labelOf({ service, replica }: WatchedContainer, all: WatchedContainer[]): string {
  return foreign(all.some((other) => other.service === service && other.replica !== replica) ? `${service}/${replica}` : service).text
}

function routeRow({ urls, probes, openAt, routedAt, state, failure }: Progress): Row {
  const settled = state === 'DEPLOYED'
  const open = settled || (openAt !== null && failure === null)
  const took = openAt !== null && routedAt !== null ? duration(openAt - routedAt) : ''
  return { title: 'route', items: urls.map((url) => [foreign(url), ...(open ? [] : answerOf(url, probes))]), took: open ? took : '' }
}

/** What the route answered last, unless it was right. */
function answerOf(url: string, probes: Progress['probes']): Piece[] {
  const last = probes.find((probe) => probe.url === url)
  if (!last || (last.detail === '' && last.status !== null && last.status < 400)) return []
  const words = last.detail || (last.status === null ? 'no answer' : `HTTP ${last.status}`)
  return [piece(' ● ', 'yellow'), foreign(last.count > 1 ? `${words} (${last.count} probes)` : words)]
}
