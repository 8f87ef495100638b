import type { Healthcheck, Instruction } from 'dockerfile-ast'
import { mergeCheck } from '../../extension/check.ts'
import { parseDuration } from '../../extension/duration.ts'
import type { Dockerfile } from './dockerfile.ts'
import { argumentsOf, commandOf } from './image-config.ts'
import { type LintCheck, type Stated, type Timing, timings } from './service.ts'
import { toldBy } from './test-command.ts'

/** The Dockerfile's words for the parts of a check. */
const flags = {
  interval: 'interval',
  timeout: 'timeout',
  retries: 'retries',
  startPeriod: 'start-period',
  startInterval: 'start-interval',
} as const satisfies Record<Timing, string>

/** The check of a HEALTHCHECK instruction. */
export function dockerfileCheck(instruction: Instruction, dockerfile: Dockerfile, shell: string[] | null): LintCheck {
  const [, keyword = '', rest = ''] = /^(\S+)\s*([\s\S]*)$/.exec(argumentsOf(instruction).trim()) ?? []
  if (keyword.toUpperCase() === 'NONE') return { is: 'disabled' }
  if (keyword.toUpperCase() !== 'CMD' || rest.trim() === '') return { is: 'none' }
  const command = commandOf(rest.trim(), dockerfile.place(instruction.getArgumentsRange()))
  const check = mergeCheck(null, { test: [command.form === 'exec' ? 'CMD' : 'CMD-SHELL', ...command.argv], ...timesOf(instruction) })
  if (check === null) return { is: 'none' }
  const at = dockerfile.place(instruction.getRange())
  const timing = placesOf(instruction, dockerfile)
  return { is: 'stated', from: 'dockerfile', check, at, testAt: command.at, timing, undecided: [], shell, ...toldBy(check.test) }
}

function timesOf(instruction: Instruction) {
  const given = new Map((instruction as Healthcheck).getFlags().map((flag) => [flag.getName(), flag.getValue() ?? '']))
  const time = (key: Timing) => parseDuration(given.get(flags[key])) ?? 0
  return {
    interval: time('interval'),
    timeout: time('timeout'),
    retries: Number(given.get(flags.retries)) || 0,
    startPeriod: time('startPeriod'),
    startInterval: time('startInterval'),
  }
}

function placesOf(instruction: Instruction, dockerfile: Dockerfile): Stated['timing'] {
  const given = new Map((instruction as Healthcheck).getFlags().map((flag) => [flag.getName(), flag.getRange()]))
  const place = (key: Timing) => (given.has(flags[key]) ? dockerfile.place(given.get(flags[key]) ?? null) : null)
  return Object.fromEntries(timings.map((key) => [key, place(key)])) as Stated['timing']
}
