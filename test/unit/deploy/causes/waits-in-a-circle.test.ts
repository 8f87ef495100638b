import { expect, test } from 'vitest'
import { findCauses } from '../../../../src/deploy/causes/find-causes.ts'
import { aCase, type Told } from './a-case.ts'

const again = (line: string) => `${line}\n`.repeat(5)
const stuck = (told: Partial<Told> = {}): Told => ({
  ...{ reason: 'container_unhealthy', detail: '5 checks in a row failed', check: 'curl -fs http://localhost:8000/health', attempts: [[7, '']] },
  ...{ sockets: [], others: [{ name: 'stock' }, { name: 'mail' }], seen: { logs: again('waiting for http://stock:8000/health ...') } },
  ...told,
})
const found = (told: Told) => {
  const { trouble, causes } = findCauses(aCase(told))
  return { detail: trouble.detail, ids: causes.map(({ id, tellsApart }) => `${id}${tellsApart === null ? '' : '?'}`) }
}

test.each<[string, Record<string, string>, string]>([
  ['two', { stock: again('waiting for http://web:8000/health ...') }, 'web waits for stock and stock waits for web: none of them starts before another has'],
  [
    'three',
    { stock: again('wait-for-it.sh: waiting 15 seconds for mail:25'), mail: again('Waiting for web') },
    'web waits for stock, stock waits for mail and mail waits for web: none of them starts before another has',
  ],
])('services that wait for each other are a circle: %s', (_, logs, clause) => {
  const { detail, ids } = found(stuck({ logs }))

  expect(ids).toEqual(['waits-in-a-circle'])
  expect(detail).toBe(`${clause} (5 checks in a row failed)`)
})

test.each<[string, Told]>([
  ['the other waits for nobody', stuck({ logs: { stock: 'listening on 8000\n' } })],
  ['the other has gone on', stuck({ logs: { stock: `${again('waiting for web')}listening on 8000\n` } })],
  ['it said so once', stuck({ logs: { stock: 'waiting for web\n' } })],
  ['it waits for something else', stuck({ logs: { stock: again('waiting for the migration') } })],
])('no circle: %s', (_, told) => {
  expect(found(told).ids).not.toContain('waits-in-a-circle')
})

test('where it listens by now, the circle is no more than likely', () => {
  expect(found(stuck({ sockets: null, logs: { stock: again('waiting for web') } })).ids).toContain('waits-in-a-circle?')
})

test.each<[string, Partial<Told>]>([
  ['a check', { reason: 'container_unhealthy', check: 'true && false', attempts: [[1, '']] }],
  ['an end', { reason: 'container_exited', check: null }],
])('a log that could not be read in time is not silence: %s', (_, told) => {
  const unread = { missing: ['last lines of web/1: it took longer than 2 s'] }
  const facts = { user: '', entrypoint: [], command: ['./run'], platform: null, memoryLimit: 0, restart: 'no', settings: {} }
  const seen = { logs: '', state: 'exited', exitCode: 1, facts }
  const sentence = (evidence: Told['evidence']) =>
    JSON.stringify(findCauses(aCase({ reason: 'container_exited', ...told, seen, ...(evidence && { evidence }) })))

  expect(sentence(unread)).toMatch(/printed could not be read in time/)
  expect(sentence(unread)).not.toMatch(/printed nothing/)
  expect(sentence(undefined)).toMatch(/printed nothing/)
})
