import { expect, test } from 'vitest'
import { endpointOf } from '../../../../src/deploy/app-health.ts'
import { targetOf } from '../../../../src/deploy/causes/check-target.ts'
import { findCauses } from '../../../../src/deploy/causes/find-causes.ts'
import { listensOf } from '../../../../src/deploy/command/listens.ts'
import { programsOf } from '../../../../src/deploy/command/programs.ts'
import { failingCheck, neverThere } from '../../../../src/deploy/failing-check.ts'
import { addressesOf } from '../../../../src/lint/command/asks.ts'
import { guidesCheck, stamp } from '../makers.ts'
import { aCase } from './a-case.ts'

/** So much that anything that grows with its square takes minutes, and vitest gives it five seconds. */
const size = 1_000_000
const ofMany = (piece: string) => piece.repeat(Math.ceil(size / piece.length))

/** Beginnings of what the patterns look for, again and again: each tempts one of them to look at the whole rest. */
const pieces = [
  ...['curl ', 'wget x ', 'nc -', 'nc -a 1 ', 'http://', 'http://localhost:1/', '/dev/tcp/a/', "connect('"],
  ...['a:', '::', 'sh: 1: a', '/x.sh: ', 'exec: "', 'exec a:', 'unable to find user a', '|| exit 1 ', '[ -n ', '= '],
  ...['A.', 'A_', 'missing ', 'required: ', 'environment variable ', 'Error: ', 'at :1', 'status ', 'bind 0.0.0.0:', "KeyError: '"],
  ...['env ', 'A=1 ', 'timeout ', 'sh -c ', 'python -m ', 'flask ', '"', '$(', '`', '(', ' ', '\n', 'x', '9', '\u001b[', '\u001b]'],
]

test.each(pieces)('whatever length an extension gives to its check or its command, it is read in one pass: %j', (piece) => {
  const text = ofMany(piece)
  const words = text.split(' ')
  for (const check of [
    { ...guidesCheck, test: ['CMD-SHELL', text] },
    { ...guidesCheck, test: ['CMD', ...words] },
  ]) {
    expect(() => [targetOf(check), endpointOf({ check }, { service: 'web', port: 8000, address: null })]).not.toThrow()
    for (const exit of [-1, 1, 127]) {
      const log = [{ at: stamp, ms: 1, exit, output: text }]
      expect(failingCheck(check, { failingStreak: 1, log }).reason).toMatch(/^(container_unhealthy|health_tool_missing)$/)
      expect(() => neverThere(check, { log }, words)).not.toThrow()
    }
  }
  for (const command of [
    { form: 'shell' as const, argv: [text] },
    { form: 'exec' as const, argv: words },
    { form: 'exec' as const, argv: ['gunicorn', '-b', text] },
  ]) {
    expect(addressesOf(programsOf(command), text).length).toBeLessThanOrEqual(size)
    expect(() => listensOf(command, {}, [])).not.toThrow()
  }
})

test.each(pieces)('whatever a container prints, the rules read it in one pass: %j', (piece) => {
  const text = ofMany(piece)
  const seen = { logs: text, logHead: text, error: text }
  for (const reason of ['container_unhealthy', 'container_exited', 'app_error', 'app_status'] as const) {
    const { causes } = findCauses(
      aCase({
        ...{ reason, detail: text, check: text, attempts: [[127, text]], sockets: ['0.0.0.0:3000'], processes: [text], others: [{ name: 'db' }] },
        ...{ seen: { ...seen, exitCode: 127 }, probes: [{ status: reason === 'app_error' ? 500 : 400 }], asked: [{ status: 400, body: text }] },
      }),
    )
    expect(causes.length).toBeLessThanOrEqual(3)
  }
})
