import { describe, expect, test } from 'vitest'
import { explanation } from '../../../src/cli/explanation.ts'
import { servesNow } from '../../../src/cli/report.ts'
import type { Evidence } from '../../../src/deploy/record.ts'
import { aDeployment, aView } from './makers.ts'

const attempts = Array.from({ length: 12 }, (_, at) => ({ at: `2026-11-24T12:00:${10 + at}.000Z`, ms: 5, exit: 0, output: '' }))
const db = { service: 'db', replica: 1, verdict: 'passed' as const, detail: '', attemptsTotal: 12, attempts }
const frozen = { service: 'db', replica: 1, state: 'running', exitCode: null, oomKilled: false, restartCount: 0, health: 'healthy', error: '', logs: '' }
const evidence = { containers: [frozen] } as unknown as Evidence
const deployed = aView({ state: 'DEPLOYED', live: true, containers: [db] })

describe('what is explained', () => {
  test('of what passed nothing is said of its output: nobody read it', () => {
    expect(explanation(deployed, evidence).join('\n')).not.toContain('printed nothing')
  })

  test('names each container as `docker exec` takes it', () => {
    const { deployment, revision } = deployed

    expect(explanation(deployed, evidence)).toContain(
      `  db: passed, running, healthy  (torii-${deployment.id?.replaceAll('-', '').slice(0, 12)}-r${revision}-db-1)`,
    )
  })

  test('tells probes that ended alike as one', () => {
    const lines = explanation(deployed, evidence)

    expect(lines).toContain('  db, 12 in all:')
    expect(lines).toContain('    12:00:10.000 to 12:00:21.000, 12 times: exit code 0')
  })

  test('says how many of the probes are shown, and what the engine’s -1 means', () => {
    const oci = 'OCI runtime exec failed: exec failed: unable to start container process: exec: "curl": executable file not found in $PATH: unknown'
    const others = attempts.map((attempt, at) => ({ ...attempt, exit: -1, output: at === 11 ? oci : `Health check exceeded timeout (${at}s)` }))

    const lines = explanation({ ...deployed, containers: [{ ...db, attempts: others }] }, evidence)

    expect(lines).toContain('  db, the last 5 of 12:')
    expect(lines).toContain('    12:00:20.000  exit code -1 (it took too long and was ended) after 0.0 s: Health check exceeded timeout (10s)')
    expect(lines).toContain('    12:00:21.000  exit code -1 (its program could not be run) after 0.0 s: exec: "curl": executable file not found in $PATH')
  })

  test('of a container that never started says so', () => {
    const facts = { user: '', entrypoint: ['python'], command: ['-u', 'app.py'] }
    const never = { ...frozen, state: 'created', facts, sockets: null, processes: null } as unknown as Evidence['containers'][number]

    const lines = explanation(deployed, { ...evidence, containers: [never] })

    expect(lines).toContain('  db: never started; it would run as root: python -u app.py')
    expect(lines.join('\n')).not.toContain('listens on')
  })

  test('of one that is stopped says so', () => {
    expect(explanation(deployed, evidence, 'stopped')[1]).toBe('It is stopped now: what follows was seen when it settled.')
    expect(explanation({ ...deployed, live: false }, evidence, 'stopped').join('\n')).not.toContain('stopped')
  })
})

test('after a failed update it is said who serves', () => {
  expect(servesNow(aDeployment({ live: 3, open: 3 }))).toBe('  Revision 3 serves as before.')
  expect(servesNow(aDeployment({ live: null, open: null }))).toBe('  Nothing serves: no revision has been DEPLOYED.')
  expect(servesNow(aDeployment({ wanted: 'stopped', open: null }))).toBe('  Nothing serves: it is stopped, as before.')
})
