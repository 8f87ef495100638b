import { bars, cases, floorBar } from './cases.ts'
import { lintBar } from './lint.ts'
import { policyBar } from './policy.ts'
import type { Scrubbing } from './scrubbing.ts'
import type { SmallThings } from './small-things.ts'
import { median, quantile } from './statistics.ts'

export interface Measured {
  case: string
  contender: string
  ms: number[]
}

export interface Result {
  rounds: number
  measured: Measured[]
  lags: number[]
  failingLags: number[]
  phases: Record<string, Record<string, number>[]>
  small: SmallThings & { idleAfterMB: number }
}

export interface Verdict {
  what: string
  measured: number
  bar: number
  holds: boolean
}

/** Each bar with what was measured; all ratios are of medians in one run. */
export function verdicts({ measured, lags, failingLags, small }: Result): Verdict[] {
  const of = (name: string, contender: string) => median(measured.find((each) => each.case === name && each.contender === contender)?.ms ?? [])
  const names = [...new Set(measured.map((each) => each.case))]
  return [
    ...names.map((name) => atMost(`${name}: torii / compose`, of(name, 'torii') / of(name, 'compose'), bars[name] ?? 1)),
    ...(names.includes('W1') ? [atMost('W1: torii / floor', of('W1', 'torii') / of('W1', 'floor'), floorBar)] : []),
    atMost('gate passes after Docker’s healthy, p99, ms', quantile(lags, 0.99), 20),
    ...(failingLags.length === 0 ? [] : [failingVerdict(failingLags)]),
    atMost('first call, server and proxy to start, over a warm one, ms', small.coldOverWarmMs, 1500),
    atMost('torii --help over node -e 0, ms', small.helpOverNodeMs, 60),
    lintVerdict(small.lintSeconds),
    policyVerdict(small.policyMs),
    atMost('memory of the idle server, MB', small.idleMB, 150),
    scrubbingVerdict(small.scrubbing),
  ]
}

function atMost(what: string, value: number, bar: number): Verdict {
  return { what, measured: value, bar, holds: value <= bar }
}

/** Reason and evidence, of all that failed. */
function failingVerdict(lags: number[]): Verdict {
  return atMost('FAILED in the record after Docker’s unhealthy, p99, ms', quantile(lags, 0.99), 250)
}

export function failingLine(lags: number[]): string {
  return `${lineOf(failingVerdict(lags))}; median ${median(lags).toFixed(0)} of ${lags.length}`
}

function scrubbingVerdict({ share }: Scrubbing): Verdict {
  return atMost('what scrubbing takes of the throughput of a log, %', share * 100, 3)
}

export function scrubbingLine(scrubbing: Scrubbing): string {
  return `${lineOf(scrubbingVerdict(scrubbing))}; ${scrubbing.openPerSecond} lines a second without, ${scrubbing.scrubbedPerSecond} with`
}

function lintVerdict(seconds: number): Verdict {
  return atMost('torii lint of 1,000 files, s', seconds, lintBar)
}

function policyVerdict(ms: number): Verdict {
  return atMost('the policy of one deployment, ms', ms, policyBar)
}

export function policyLine(ms: number): string {
  return lineOf(policyVerdict(ms))
}

export function lintLine(seconds: number): string {
  return lineOf(lintVerdict(seconds))
}

function lineOf({ what, measured, bar, holds }: Verdict): string {
  return `${holds ? '✔' : '✘'} ${what}: ${measured.toFixed(2)} (at most ${bar})`
}

export function printed(result: Result): string[] {
  const contenders = [...new Set(result.measured.map(({ contender }) => contender))]
  const names = [...new Set(result.measured.map((each) => each.case))]
  return [
    `${result.rounds} rounds, shuffled and interleaved; seconds: median (least to most)`,
    row(['', ...contenders]),
    ...names.map((name) =>
      row([name, ...contenders.map((contender) => spread(result.measured.find((each) => each.case === name && each.contender === contender)?.ms ?? []))]),
    ),
    '',
    ...names.map((name) => `${name}: ${cases.find((each) => each.name === name)?.what}; torii, ms after the call: ${phases(result.phases[name] ?? [])}`),
    '',
    ...verdicts(result).map(lineOf),
  ]
}

function row([first = '', ...cells]: string[]): string {
  return first.padEnd(4) + cells.map((cell) => cell.padStart(24)).join('')
}

function spread(ms: number[]): string {
  const seconds = (value: number) => (value / 1000).toFixed(2)
  return `${seconds(median(ms))} (${seconds(Math.min(...ms))} to ${seconds(Math.max(...ms))})`
}

function phases(rounds: Record<string, number>[]): string {
  const names = [...new Set(rounds.flatMap((round) => Object.keys(round)))]
  return names.map((name) => `${name} ${Math.round(median(rounds.flatMap((round) => round[name] ?? [])))}`).join(', ')
}
