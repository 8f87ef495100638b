import { expect, test } from 'vitest'
import { findCauses } from '../../../../src/deploy/causes/find-causes.ts'
import { holdBack } from '../../../../src/extension/hold-back.ts'
import { aCase, type Told } from './a-case.ts'

const { taken } = holdBack('web', {}, { memory: 0, cpus: 0, pids: 0 }, { memory: null, cpus: null, pids: false })
const ended = (logs: string, planned: Told['planned'] = { taken }): Told => ({
  reason: 'container_exited',
  check: null,
  planned,
  seen: { state: 'exited', exitCode: 1, logs },
})
const checked = (check: string, output: string, planned: Told['planned'] = { taken }): Told => ({
  reason: 'container_unhealthy',
  check,
  attempts: [[1, output]],
  planned,
})

const sudo =
  'sudo: The "no new privileges" flag is set, which prevents sudo from running as root.\nsudo: If sudo is running in a container, you may need to adjust the container configuration to disable the flag.'
const busyboxPing = 'PING 127.0.0.1 (127.0.0.1): 56 data bytes\nping: permission denied (are you root?)'

test.each<[string, Told, string, RegExp]>([
  ['sudo 1.9.13', ended(sudo), 'new-privileges-taken', /security_opt: \["no-new-privileges:false"\]/],
  [
    'busybox 1.36 ping, as a check',
    checked('ping -c1 db', busyboxPing),
    'capability-taken',
    /cap_add: \[NET_RAW\]`, and deploy with `--allow strong_capability`/,
  ],
  ['coreutils 9.1 chroot', ended("chroot: cannot change root directory to '/': Operation not permitted"), 'capability-taken', /cap_add: \[SYS_CHROOT\]/],
  ['coreutils 9.1 mknod', ended('mknod: /tmp/x: Operation not permitted'), 'capability-taken', /cap_add: \[MKNOD\]/],
])('%s is told what Torii has taken, and how it is had back', (_, told, id, fix) => {
  const { causes } = findCauses(aCase(told))

  expect(causes.map((cause) => cause.id)).toEqual([id])
  expect(causes[0]?.fix).toMatch(fix)
})

test.each<[string, Told]>([
  ['words of an app about ping', ended('redis: ping: pong')],
  ['what is not the end', ended(`${sudo}\n${'one more request\n'.repeat(40)}boom`)],
  ['a container from which nothing was taken', ended(sudo, {})],
  ['what was planned before it was kept', ended(sudo, { added: ['no new privileges'] })],
  ['one that has what it needs', checked('ping -c1 db', busyboxPing, { taken: { ...taken, capabilities: ['AUDIT_WRITE', 'MKNOD', 'SYS_CHROOT'] } })],
])('nothing of the kind is said of %s', (_, told) => {
  const ids = findCauses(aCase(told)).causes.map(({ id }) => id)

  expect(ids.filter((id) => id.endsWith('-taken'))).toEqual([])
})
