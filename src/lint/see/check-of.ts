import type { Check } from '../../deploy/plan.ts'
import { mergeCheck } from '../../extension/check.ts'
import type { Healthcheck } from '../../extension/model.ts'
import { isDict } from '../../extension/model-text.ts'
import { composeTiming, hasTest, isDisabled, sound, undecidedIn } from './compose-check.ts'
import { dockerfileCheck } from './dockerfile-check.ts'
import type { Inside } from './inside.ts'
import { type LintCheck, type Outline, type Stated, timings } from './service.ts'
import { toldBy } from './test-command.ts'

/** The check that a service's container will have: Compose's over its image's; where neither has one, `x-torii.healthcheck`. */
export function checkOf(outline: Outline, inside: Inside): LintCheck {
  const own = writtenCheck(outline, inside)
  return own.is !== 'stated' && outline.settings.healthcheck !== null ? { is: 'outside' } : own
}

function writtenCheck(outline: Outline, inside: Inside): LintCheck {
  const compose = isDict(outline.model.healthcheck) ? (outline.model.healthcheck as Healthcheck) : null
  if (compose !== null && isDisabled(compose)) return { is: 'disabled' }
  const below = belowOf(outline, inside)
  if (compose === null) return below
  if (hasTest(compose)) return withTest(outline, compose, below.is === 'stated' ? below.check : null)
  if (below.is === 'stated') return withTimes(below, compose, outline)
  return below.is === 'unknown' ? { is: 'timing' } : below
}

function withTest(outline: Outline, compose: Healthcheck, below: Check | null): LintCheck {
  const check = mergeCheck(sound(compose), below)
  if (check === null) return { is: 'none' }
  return {
    is: 'stated',
    from: 'compose',
    check,
    at: outline.place(['healthcheck']),
    testAt: outline.placeOfValue(['healthcheck', 'test']),
    timing: composeTiming(outline, compose),
    undecided: undecidedIn(compose),
    shell: outline.build?.config?.shell ?? null,
    ...toldBy(check.test),
  }
}

/** Compose's times over a test of the image. */
function withTimes(below: Stated, compose: Healthcheck, outline: Outline): Stated {
  const own = composeTiming(outline, compose)
  const timing = Object.fromEntries(timings.map((key) => [key, own[key] ?? below.timing[key]])) as Stated['timing']
  return { ...below, check: mergeCheck(sound({ ...compose, test: null }), below.check) ?? below.check, timing, undecided: undecidedIn(compose) }
}

/** The Dockerfile's, else its base image's. */
function belowOf({ build, image, placeOfValue }: Outline, inside: Inside): LintCheck {
  const instruction = build?.config?.healthcheck
  if (build?.dockerfile && instruction) return dockerfileCheck(instruction, build.dockerfile, build.config?.shell ?? null)
  if (inside.check === undefined || (build !== null && build.stage === null)) return { is: 'unknown' }
  const check = mergeCheck(null, inside.check)
  if (check === null) return { is: 'none' }
  const at = placeOfValue([image === null ? 'build' : 'image'])
  const timing = { interval: null, timeout: null, retries: null, startPeriod: null, startInterval: null }
  return { is: 'stated', from: 'image', check, at, testAt: at, timing, undecided: [], shell: null, ...toldBy(check.test) }
}
