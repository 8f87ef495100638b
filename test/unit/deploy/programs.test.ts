import { expect, test } from 'vitest'
import { calledIn, programsOf } from '../../../src/deploy/command/programs.ts'

test.each<[string, string[], string[]]>([
  ['curl -f x', ['curl -f x'], ['curl']],
  ['sudo -u app curl x', ['curl x'], ['sudo', 'curl']],
  ['exec gosu app timeout -k 5 10 curl x', ['curl x'], ['exec', 'gosu', 'timeout', 'curl']],
  ['nice -n 5 env -u HOME A=1 ping db', ['ping db'], ['nice', 'env', 'ping']],
  ['tini -e 143 -- sudo -E app', ['app'], ['tini', 'sudo', 'app']],
  ['sudo -i', [], ['sudo']],
  ["echo 'a; sudo b' && A=1 b", ['echo a; sudo b', 'b'], ['echo', 'b']],
])('%s runs %j and calls %j', (script, runs, calls) => {
  const command = { form: 'shell' as const, argv: [script] }

  expect(programsOf(command).map(({ name, args }) => [name, ...args].join(' '))).toEqual(runs)
  expect(calledIn(command)).toEqual(calls)
})
