import { counted, secondsOf } from '../../deploy/words.ts'
import type { Hit, Rule } from '../rule.ts'
import type { Stated, Timing } from '../see/service.ts'
import { earliestUnhealthy, firstRun, hangingUnhealthy } from './check-times.ts'
import { eachCheck } from './each.ts'
import { checked } from './samples.ts'
import { withOneSecond, withStartPeriod } from './time-edits.ts'

const curl = 'test: curl -f http://localhost:8000/health'
/** Shorter than this an app that only starts slowly is taken for a broken one. */
const shortFuse = 30_000
/** The guide, best practice 4: health checks should complete in less than 5 seconds. */
const longestCheck = 5000

/** Rows about the times of a health check: what Docker's schedule makes of them within the gate's 180 s. */
export const timeRules: Rule[] = [
  {
    id: 'T106',
    name: 'no-start-period',
    severity: 'info',
    title: 'A health check has no start period',
    why: 'Every failure counts from the first second on. A start period lets early failures pass and still takes an early success.',
    fix: 'Add a start period: `start_period: 30s`, in a Dockerfile `--start-period=30s`.',
    from: 'the guide, best practice 2: use start-period; the wild: 70 % of checks have none',
    bad: checked(curl, 'interval: 30s', 'retries: 3'),
    good: checked(curl, 'interval: 30s', 'start_period: 30s', 'retries: 3'),
    find: eachCheck((stated, service) =>
      isUnprotected(stated) && fuseOf(stated) >= shortFuse
        ? [{ at: stated.at, message: 'it has no start period', edits: withStartPeriod(stated, service) }]
        : [],
    ),
  },
  {
    id: 'T107',
    name: 'short-fuse',
    severity: 'warning',
    title: 'A health check gives up within 30 seconds of the start',
    why: 'Without a start period an app that only starts slowly is unhealthy, and a deployment fails at the first unhealthy container.',
    fix: 'Add a start period as long as the slowest start: `start_period: 30s`, in a Dockerfile `--start-period=30s`.',
    from: 'the wild: 156 checks (11 %)',
    bad: checked(curl, 'interval: 5s', 'retries: 3'),
    good: checked(curl, 'interval: 5s', 'start_period: 30s', 'retries: 3'),
    find: eachCheck((stated, service) =>
      isUnprotected(stated) && fuseOf(stated) < shortFuse
        ? [
            {
              at: stated.at,
              message: `${counted(stated.check.retries, 'failure')} every ${secondsOf(stated.check.interval)} and no start period: it is unhealthy after ${secondsOf(fuseOf(stated))}`,
              edits: withStartPeriod(stated, service),
            },
          ]
        : [],
    ),
  },
  {
    id: 'T108',
    name: 'timeout-over-interval',
    severity: 'info',
    title: 'A health check may take longer than its interval',
    why: 'Docker never runs two at once, so a check that hangs delays the next one: the time to a verdict doubles.',
    fix: 'Set the timeout to no more than the interval; the guide recommends 5s and 10s.',
    from: 'the wild: 527 checks (36 %)',
    bad: checked(curl, 'interval: 10s', 'timeout: 30s', 'start_period: 30s'),
    good: checked(curl, 'interval: 10s', 'timeout: 5s', 'start_period: 30s'),
    find: eachCheck(({ check, timing, at, undecided }) =>
      timing.timeout !== null && check.timeout > check.interval && decided(undecided, 'timeout', 'interval')
        ? [{ at: timing.timeout ?? at, message: `its timeout (${secondsOf(check.timeout)}) is longer than its interval (${secondsOf(check.interval)})` }]
        : [],
    ),
  },
  {
    id: 'T109',
    name: 'no-verdict-in-time',
    severity: 'warning',
    title: 'No verdict on a failing check is possible before the gate closes',
    why: 'A container that fails is only known as such at the gate’s end: the deployment waits for all of it and then says "still starting" instead of what is wrong.',
    fix: 'Shorten the start period, the interval or the retries, or give the gate more time with `x-torii: {gate: {timeout: …}}`.',
    from: 'the wild: 116 checks (8 %)',
    bad: checked(curl, 'interval: 30s', 'timeout: 5s', 'start_period: 600s', 'retries: 3'),
    good: checked(curl, 'interval: 30s', 'timeout: 5s', 'start_period: 60s', 'retries: 3'),
    find: eachCheck((stated, _, { settings }) => {
      const { check, timing, at, undecided } = stated
      const earliest = earliestUnhealthy(check)
      if (earliest < settings.gate.timeout || !decided(undecided, 'interval', 'retries', 'startPeriod')) return []
      const start = check.startPeriod === 0 ? '' : ` + start period ${secondsOf(check.startPeriod)}`
      const sum = `interval ${secondsOf(check.interval)} × ${counted(check.retries, 'retry', 'retries')}${start}`
      const message = `${sum}: no verdict on a failing check is possible within ${secondsOf(settings.gate.timeout)}, the first one comes after ${secondsOf(earliest)}`
      return [{ at: slowest(stated) ?? timing.interval ?? at, message }]
    }, true),
  },
  {
    id: 'T110',
    name: 'first-run-too-late',
    severity: 'warning',
    title: 'The first run of a health check comes after the gate has closed',
    why: 'Docker first runs a check one whole interval after the start. Only Torii’s fast start looks earlier, and only with Docker 25 or later.',
    fix: 'Set an interval well below 180s; the guide recommends 10s.',
    from: 'the wild: 2 services can never pass',
    bad: checked(curl, 'interval: 180s', 'start_period: 30s'),
    good: checked(curl, 'interval: 10s', 'start_period: 30s'),
    find: eachCheck(({ check, timing, at, undecided }, _, { settings }) => {
      if (firstRun(check) < settings.gate.timeout || !decided(undecided, 'interval', 'startInterval')) return []
      const message = `its first run comes after ${secondsOf(firstRun(check))}, the gate closes after ${secondsOf(settings.gate.timeout)}`
      const hit: Hit = { at: timing.interval ?? at, message }
      return [settings.fastStart ? { ...hit, message: `${message}: only fast start saves it, with Docker 25 or later` } : { ...hit, severity: 'error' }]
    }, true),
  },
  {
    id: 'T111',
    name: 'interval-under-a-second',
    severity: 'warning',
    title: 'A health check runs more than once a second',
    why: 'Each run starts a process in the container. A deployment raises the interval to 1 s; fast start looks sooner by itself.',
    fix: 'Set an interval of at least 1s.',
    from: 'a deployment rewrites it (`short_interval`)',
    bad: checked(curl, 'interval: 500ms', 'start_period: 30s', 'retries: 60'),
    good: checked(curl, 'interval: 1s', 'start_period: 30s', 'retries: 60'),
    find: eachCheck((stated) => {
      const { check, timing, undecided } = stated
      if (timing.interval === null || check.interval >= 1000 || !decided(undecided, 'interval')) return []
      return [{ at: timing.interval, message: `its interval is ${secondsOf(check.interval)}`, edits: withOneSecond(timing.interval) }]
    }),
  },
  {
    id: 'T113',
    name: 'hanging-check',
    severity: 'info',
    title: 'A health check that hangs is not known as such before the gate closes',
    why: 'A check that hangs takes its whole timeout every time. Then the deployment ends with "still starting", after all of the gate’s time.',
    fix: 'Shorten the timeout, the interval or the retries; the guide’s 5s, 10s and 3 give a verdict in time.',
    from: 'the wild: 672 checks (46 %)',
    bad: checked(curl, 'interval: 30s', 'timeout: 30s', 'start_period: 30s', 'retries: 4'),
    good: checked(curl, 'interval: 10s', 'timeout: 5s', 'start_period: 30s', 'retries: 3'),
    find: eachCheck(({ check, at, undecided }, _, { settings }) => {
      const late = hangingUnhealthy(check)
      if (undecided.length > 0 || late < settings.gate.timeout || earliestUnhealthy(check) >= settings.gate.timeout) return []
      return [{ at, message: `if it hangs it is unhealthy only after ${secondsOf(late)}; the gate closes after ${secondsOf(settings.gate.timeout)}` }]
    }),
  },
  {
    id: 'T114',
    name: 'many-retries',
    severity: 'info',
    title: 'A health check has ten retries or more',
    why: 'Retries are often used in place of a start period, but they also let a container that has failed later look healthy for as long.',
    fix: 'Use a start period for the start, and three retries.',
    from: 'the wild: 637 checks (43 %)',
    bad: checked(curl, 'interval: 5s', 'start_period: 30s', 'retries: 20'),
    good: checked(curl, 'interval: 5s', 'start_period: 90s', 'retries: 3'),
    find: eachCheck(({ check, timing, undecided }) =>
      timing.retries !== null && check.retries >= 10 && decided(undecided, 'retries')
        ? [{ at: timing.retries, message: `it has ${check.retries} retries` }]
        : [],
    ),
  },
  {
    id: 'T115',
    name: 'slow-check',
    severity: 'info',
    title: 'A health check may take longer than five seconds',
    why: 'An endpoint that needs so long is itself a sign of trouble, and every failure takes as long to be seen.',
    fix: 'Let the endpoint answer fast, from what it already knows, and set the timeout to 5s.',
    from: 'the guide, best practice 4: health checks should complete in < 5 seconds',
    bad: checked(curl, 'interval: 30s', 'timeout: 20s', 'start_period: 30s'),
    good: checked(curl, 'interval: 10s', 'timeout: 5s', 'start_period: 30s'),
    find: eachCheck(({ check, timing, undecided }) =>
      timing.timeout !== null && check.timeout > longestCheck && check.timeout <= check.interval && decided(undecided, 'timeout')
        ? [{ at: timing.timeout, message: `it may take ${secondsOf(check.timeout)}` }]
        : [],
    ),
  },
]

function isUnprotected({ check, timing, undecided }: Stated): boolean {
  return check.startPeriod === 0 && timing.startPeriod === null && decided(undecided, 'startPeriod', 'interval', 'retries')
}

function fuseOf({ check }: Stated): number {
  return check.interval * check.retries
}

function decided(undecided: Timing[], ...needed: Timing[]): boolean {
  return !needed.some((each) => undecided.includes(each))
}

/** Where the part stands that takes most of the time. */
function slowest({ check, timing }: Stated) {
  return check.startPeriod >= (check.retries - 1) * check.interval ? timing.startPeriod : timing.retries
}
