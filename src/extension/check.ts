import type { Check, CheckFrom } from '../deploy/plan.ts'
import { parseDuration } from './duration.ts'
import type { Healthcheck } from './model.ts'
import { undollar } from './model-text.ts'

/** Docker's own defaults (Dockerfile reference, HEALTHCHECK). */
const defaults = { interval: 30_000, timeout: 30_000, retries: 3 }

/**
 * The check a container really has: Compose's over the image's, part by part. 0 and absent inherit (measured: a 0 in
 * Compose cannot override the image's); timing without a test keeps the image's test; NONE and disable end it.
 */
export function mergeCheck(compose: Healthcheck | null | undefined, image: Check | null): Check | null {
  if (compose?.disable === true) return null
  const test = testOf(compose) ?? image?.test ?? []
  if (test.length === 0 || test[0] === 'NONE') return null
  return {
    test,
    interval: ms(compose?.interval) || image?.interval || defaults.interval,
    timeout: ms(compose?.timeout) || image?.timeout || defaults.timeout,
    retries: Number(compose?.retries ?? 0) || image?.retries || defaults.retries,
    startPeriod: ms(compose?.start_period) || image?.startPeriod || 0,
    startInterval: ms(compose?.start_interval) || image?.startInterval || 0,
  }
}

/** Where each part of the merged check comes from. */
export function checkFrom(compose: Healthcheck | null | undefined, image: Check | null): CheckFrom {
  const of = (own: unknown, ofImage: number | undefined) => (own ? 'compose' : ofImage ? 'image' : 'docker')
  return {
    test: testOf(compose) === null ? 'image' : 'compose',
    interval: of(ms(compose?.interval), image?.interval),
    timeout: of(ms(compose?.timeout), image?.timeout),
    retries: of(Number(compose?.retries ?? 0), image?.retries),
    startPeriod: of(ms(compose?.start_period), image?.startPeriod),
    startInterval: of(ms(compose?.start_interval), image?.startInterval),
  }
}

function testOf(compose: Healthcheck | null | undefined): string[] | null {
  const test = compose?.test
  if (test === undefined || test === null || test.length === 0) return null
  return (typeof test === 'string' ? ['CMD-SHELL', test] : test.map(String)).map(undollar)
}

function ms(text: string | undefined): number {
  return parseDuration(text) ?? 0
}
