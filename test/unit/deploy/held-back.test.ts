import { describe, expect, test } from 'vitest'
import { heldBackBy } from '../../../src/deploy/held-back.ts'
import type { Condition, PlannedService } from '../../../src/deploy/plan.ts'
import type { Container } from '../../../src/deploy/ports.ts'
import { aContainer, anExited, aPlannedService } from './makers.ts'

const db = aPlannedService({ name: 'db' })
const awaits = (condition: Condition, service = 'db'): PlannedService => aPlannedService({ dependsOn: [{ service, condition, required: true }] })
const held = (planned: PlannedService, ...containers: Container[]) => heldBackBy(planned, [db, planned], containers)

const created = aContainer({ service: 'db', state: 'created', startedAt: null, health: 'starting' })
const starting = aContainer({ service: 'db', health: 'starting' })
const healthy = aContainer({ service: 'db', health: 'healthy' })
const unhealthy = aContainer({ service: 'db', health: 'unhealthy' })
const restarting = aContainer({ service: 'db', state: 'restarting', health: 'healthy' })
const ended = anExited(0, { service: 'db' })
const failed = anExited(1, { service: 'db' })

test('nothing holds back what depends on nothing', () => {
  expect(held(aPlannedService())).toEqual([])
})

describe('a condition holds when every container of the awaited service says so', () => {
  test.each<[Condition, string, Container, boolean]>([
    ['service_started', 'created', created, false],
    ['service_started', 'starting', starting, true],
    ['service_started', 'unhealthy', unhealthy, true],
    ['service_started', 'ended', ended, true],
    ['service_healthy', 'created', created, false],
    ['service_healthy', 'starting', starting, false],
    ['service_healthy', 'healthy', healthy, true],
    ['service_healthy', 'unhealthy', unhealthy, false],
    ['service_healthy', 'restarting, healthy before', restarting, false],
    ['service_healthy', 'ended', ended, false],
    ['service_completed_successfully', 'created', created, false],
    ['service_completed_successfully', 'running', healthy, false],
    ['service_completed_successfully', 'ended with 0', ended, true],
    ['service_completed_successfully', 'ended with 1', failed, false],
  ])('%s of one that is %s: %#', (condition, _, container, holds) => {
    expect(held(awaits(condition), container)).toEqual(holds ? [] : ['db'])
  })

  test('a container that is missing holds back', () => {
    expect(held(awaits('service_started'))).toEqual(['db'])
  })

  test('a replica that is missing or not healthy holds back', () => {
    const two = { ...db, replicas: 2 }
    const web = awaits('service_healthy')

    expect(heldBackBy(web, [two, web], [healthy])).toEqual(['db'])
    expect(heldBackBy(web, [two, web], [healthy, { ...starting, replica: 2 }])).toEqual(['db'])
    expect(heldBackBy(web, [two, web], [healthy, { ...healthy, replica: 2 }])).toEqual([])
  })
})

test('every service that holds back is named, in the order of the file', () => {
  const init = aPlannedService({ name: 'init', oneshot: true })
  const web = aPlannedService({ dependsOn: [...awaits('service_completed_successfully', 'init').dependsOn, ...awaits('service_healthy').dependsOn] })

  expect(heldBackBy(web, [db, init, web], [starting, aContainer({ service: 'init' })])).toEqual(['init', 'db'])
})

test('a service that is not in the model holds nobody back', () => {
  expect(held(awaits('service_healthy', 'gone'), healthy)).toEqual([])
})
