import type { Check } from '../deploy/plan.ts'

/** Cores that probes may use while containers start: of one deployment, and of the whole host (design §3.2). */
const budget = { deployment: 0.25, host: 0.5 }
/** Below 50 ms nothing is gained (facts/speed.md); above 5 s nothing is fast. */
const bounds = { least: 50, most: 5000 }

/** CPU of one check in ms, by the program it runs (facts/speed.md: 20-60 with a shell or wget, node 150, python with httpx 300). */
const costs: [RegExp, number][] = [
  [/\b(python[\d.]*|pypy\d*|uv|poetry|java|ruby|rails|celery)\b/, 300],
  [/\b(node|npm|npx|bun|deno|php|perl|dotnet)\b/, 150],
]
const otherCost = 25

export interface Load {
  /** Checked containers of this revision that start now. */
  own: number
  /** Containers that start in other revisions. */
  others: number
}

export interface FastStart {
  check: Check
  /** Earliest first look after the start, ms. */
  firstProbe: { plain: number; fast: number }
}

/** The check with a fast first look. No verdict gets stricter: the start period covers every extra look. */
export function fastStart(check: Check, load: Load): FastStart {
  const startInterval = check.startInterval || startIntervalOf(check, load)
  const startPeriod = Math.max(1, Math.ceil(check.startPeriod / check.interval)) * check.interval
  const fast = { ...check, startInterval, startPeriod }
  return { check: fast, firstProbe: { plain: firstProbe(check), fast: firstProbe(fast) } }
}

/** Without fast start: the check as it is. */
export function plainStart(check: Check): FastStart {
  return { check, firstProbe: { plain: firstProbe(check), fast: firstProbe(check) } }
}

// start_interval acts only inside start_period (Docker 26.1.5).
function firstProbe(check: Check): number {
  return check.startInterval > 0 && check.startPeriod > 0 ? Math.min(check.startInterval, check.interval) : check.interval
}

function startIntervalOf(check: Check, load: Load): number {
  const cost = costOf(check.test)
  const own = (cost * load.own) / budget.deployment
  const host = (cost * (load.own + load.others)) / budget.host
  return Math.min(Math.max(Math.ceil(own), Math.ceil(host), bounds.least), bounds.most, check.interval)
}

/** CPU milliseconds of one run of a check. */
export function costOf(test: string[]): number {
  const text = test.slice(1).join(' ')
  return costs.find(([program]) => program.test(text))?.[1] ?? otherCost
}
