import { hasVariable } from '../../extension/interpolate.ts'
import type { Healthcheck } from '../../extension/model.ts'
import { type Outline, type Stated, type Timing, timings } from './service.ts'
import { textOf } from './text-of.ts'

/** Compose's words for the parts of a check. */
export const composeKeys = {
  interval: 'interval',
  timeout: 'timeout',
  retries: 'retries',
  startPeriod: 'start_period',
  startInterval: 'start_interval',
} as const satisfies Record<Timing, string>

export function isDisabled({ disable, test }: Healthcheck): boolean {
  return textOf(disable) === 'true' || (Array.isArray(test) && test[0] === 'NONE')
}

export function hasTest({ test }: Healthcheck): boolean {
  return typeof test === 'string' || (Array.isArray(test) && test.length > 0 && test.every((each) => typeof each === 'string' || typeof each === 'number'))
}

/** Where each part is written; null: the default is taken. */
export function composeTiming(outline: Outline, compose: Healthcheck): Stated['timing'] {
  const place = (key: Timing) => (isThere(compose[composeKeys[key]]) ? outline.place(['healthcheck', composeKeys[key]]) : null)
  return Object.fromEntries(timings.map((key) => [key, place(key)])) as Stated['timing']
}

export function undecidedIn(compose: Healthcheck): Timing[] {
  return timings.filter((key) => hasVariable(textOf(compose[composeKeys[key]])))
}

/** As it was meant: a number without a unit counts as seconds, a list without CMD as one with it. Rules tell that Compose refuses both. */
export function sound(compose: Healthcheck): Healthcheck {
  const keys = ['interval', 'timeout', 'start_period', 'start_interval'] as const
  const times = keys.flatMap((key) => (isThere(compose[key]) ? [[key, withUnit(compose[key])]] : []))
  const test = compose.test ?? null
  const isBare = Array.isArray(test) && !/^(CMD|CMD-SHELL|NONE)$/.test(textOf(test[0]))
  return { test: isBare ? ['CMD', ...test] : test, retries: compose.retries ?? null, ...Object.fromEntries(times) }
}

function withUnit(value: unknown): string {
  return /^[1-9]\d*$/.test(textOf(value)) ? `${textOf(value)}s` : textOf(value)
}

function isThere(value: unknown): boolean {
  return value !== undefined && value !== null
}
