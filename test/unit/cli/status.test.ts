import { expect, test } from 'vitest'
import { nowText } from '../../../src/cli/status.ts'
import type { ContainerNow } from '../../../src/deploy/view.ts'

const web: ContainerNow = {
  ...{ revision: 3, service: 'web', replica: 1, state: 'running', health: 'healthy', exitCode: null, restartCount: 0, verdict: 'passed', detail: '' },
}

test('who is as the gate would have it is not worth a line', () => {
  expect(nowText([web, { ...web, service: 'worker', verdict: 'skipped', detail: 'no HEALTHCHECK' }])).toEqual([])
})

test.each<[Partial<ContainerNow>, string]>([
  [{ state: 'exited', exitCode: 137, verdict: 'failed', detail: 'exit code 137 (SIGKILL)' }, '  now, web of revision 3: exited, exit code 137 (SIGKILL)'],
  [{ state: 'exited', exitCode: 1, verdict: 'failed' }, '  now, web of revision 3: exited, exit code 1'],
  [
    { state: 'gone', verdict: 'failed', detail: 'the engine does not know it any more' },
    '  now, web of revision 3: gone, the engine does not know it any more',
  ],
  [
    { state: 'restarting', exitCode: 1, restartCount: 2, verdict: 'waiting', detail: 'restarting\u001b[31m' },
    '  now, web of revision 3: restarting, restarting, restarted 2 times',
  ],
])('who is not is told with what the engine says', (now, line) => {
  expect(nowText([{ ...web, ...now }])).toEqual([line])
})
