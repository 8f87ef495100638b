import { afterAll, expect, test } from 'vitest'
import { createVetting } from './vetting.ts'

const { vet, objection, end } = createVetting()
afterAll(end)

const limits = ['memory: 64M', 'cpus: "0.5"', 'pids: 50']
const parts = [[], ...limits.map((each) => [each]), limits.slice(0, 2), limits.slice(1), limits]

test.each([
  ...parts.map((some) => `deploy: {resources: {limits: {${some.join(', ')}}}}`),
  'deploy: {resources: {reservations: {memory: 32M}}}',
  'deploy: {resources: {limits: {memory: 64M}, reservations: {memory: 32M}}}',
  'deploy: {replicas: 2, restart_policy: {condition: any}}',
  'mem_limit: 64m',
  'mem_reservation: 32m',
  'memswap_limit: 128m',
  'cpus: 0.5',
  'cpu_quota: 50000',
  'pids_limit: 50',
  'mem_limit: 4096g',
  'deploy: {resources: {limits: {memory: 4096G, cpus: "4096"}}}',
  'logging: {driver: json-file, options: {max-file: "5"}}',
  'cap_drop: [ALL]',
  'security_opt: [no-new-privileges]',
])('what Torii holds a service to is a model that Compose takes: %s', async (line) => {
  const verdict = await vet({ 'compose.yaml': `services:\n  web:\n    image: busybox:stable\n    expose: ["8000"]\n    ${line}\n` })

  expect(verdict).toMatchObject({ is: 'accepted' })
  if (verdict.is === 'accepted') expect(await objection(verdict)).toBe('')
})
