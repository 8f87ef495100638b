import fc from 'fast-check'
import type { Store } from '../../src/deploy/ports.ts'
import type { Deployment, RevisionEvent, RevisionRef } from '../../src/deploy/record.ts'
import { type State, transitions } from '../../src/deploy/transitions.ts'
import { aCheck, aDeployment, aFailure, anEvidence, aProbe, aRevision, route, web } from './store-makers.ts'

type Patch = Parameters<Store['keep']>[1]

/** One call of the port, as data: fast-check prints and shortens it. */
export type Call =
  | { is: 'admit'; ref: RevisionRef; name: string; port: number | null; notices: string[] }
  | { is: 'deployment'; key: string }
  | { is: 'change'; id: string; patch: Partial<Pick<Deployment, 'wanted' | 'open'>> }
  | { is: 'forget'; id: string; keepName: boolean }
  | { is: 'revisions'; id: string }
  | { is: 'move'; ref: RevisionRef; from: State; to: State }
  | { is: 'step'; ref: RevisionRef; fail: boolean }
  | { is: 'keep'; ref: RevisionRef; patch: Patch }
  | { is: 'takeSubnets'; ref: RevisionRef; sizes: number[]; avoid: string[] }
  | { is: 'tell'; ref: RevisionRef; event: RevisionEvent }
  | { is: 'events'; filter: Parameters<Store['events']>[0] }
  | { is: 'attempts'; ref: RevisionRef; count: number; probe: boolean }
  | { is: 'freeze'; ref: RevisionRef }

/** Few names, so that calls meet each other. */
const id = fc.constantFrom('a', 'b', 'c')
const ref = fc.record({ deployment: id, revision: fc.constantFrom(1, 2, 3) })
const port = fc.constantFrom(null, 61100, 61101)
const state = fc.constantFrom(...(Object.keys(transitions) as State[]))
const text = fc.string({ unit: 'grapheme' })
const is = <T extends Call['is']>(name: T) => fc.constant(name)
const some = { requiredKeys: [] as [] }

const patch: fc.Arbitrary<Patch> = fc.record(
  { model: fc.option(text), candidate: fc.option(text), port, begun: fc.dictionary(text, fc.integer()), backends: fc.array(text), removed: fc.boolean() },
  some,
)
const event: fc.Arbitrary<RevisionEvent> = fc.oneof(
  fc.record({ type: fc.constant('notice' as const), text }),
  fc.record({ type: fc.constant('route' as const), step: fc.constantFrom('open' as const, 'candidate' as const), urls: fc.array(text) }),
)
const filter = fc.record(
  { deployment: id, revision: fc.constantFrom(1, 2), after: fc.nat(20), limit: fc.nat(9), types: fc.subarray(['state' as const, 'notice' as const]) },
  some,
)
const wanted = fc.constantFrom('running' as const, 'stopped' as const, 'removed' as const, 'removed_with_volumes' as const)
const admit = fc.record({ is: is('admit'), ref, name: fc.constantFrom('x', 'y', 'z'), port, notices: fc.array(text, { maxLength: 2 }) })

const call: fc.Arbitrary<Call> = fc.oneof(
  { weight: 3, arbitrary: admit.map((each) => ({ ...each, name: each.ref.deployment })) },
  admit,
  { weight: 6, arbitrary: fc.record({ is: is('step'), ref, fail: fc.boolean() }) },
  {
    weight: 2,
    arbitrary: fc.record({
      is: is('takeSubnets'),
      ref,
      sizes: fc.array(fc.integer({ min: 24, max: 28 }), { maxLength: 3 }),
      avoid: fc.subarray(['10.213.0.32/29', 'fd00::/8']),
    }),
  },
  { weight: 2, arbitrary: fc.record({ is: is('keep'), ref, patch }) },
  { weight: 2, arbitrary: fc.record({ is: is('tell'), ref, event }) },
  fc.record({ is: is('move'), ref, from: state, to: state }),
  fc.record({ is: is('deployment'), key: fc.constantFrom('a', 'x') }),
  fc.record({ is: is('change'), id, patch: fc.record({ wanted, open: fc.option(fc.constantFrom(1, 2)) }, some) }),
  fc.record({ is: is('forget'), id, keepName: fc.boolean() }),
  fc.record({ is: is('revisions'), id }),
  fc.record({ is: is('events'), filter }),
  fc.record({ is: is('attempts'), ref, count: fc.constantFrom(1, 2, 80), probe: fc.boolean() }),
  fc.record({ is: is('freeze'), ref }),
)

export const calls = fc.array(call, { maxLength: 60, size: 'max' })

export async function make(call: Call, store: Store): Promise<unknown> {
  switch (call.is) {
    case 'admit':
      return store.admit(aDeployment({ id: call.ref.deployment, name: call.name }), aRevision({ ...call.ref, port: call.port }), call.notices)
    case 'deployment':
      return store.deployment(call.key)
    case 'change':
      return store.change(call.id, call.patch)
    case 'forget':
      return store.forget(call.id, call)
    case 'revisions':
      return store.revisions(call.id)
    case 'move':
      return store.move(aRevision({ ...call.ref, state: call.from }), call.to, call.to === 'FAILED' ? aFailure : undefined)
    case 'step':
      return step(store, call)
    case 'keep':
      return store.keep(call.ref, call.patch)
    case 'takeSubnets':
      return store.takeSubnets(call.ref, call.sizes, call.avoid)
    case 'tell':
      return store.tell(call.ref, call.event)
    case 'events':
      return store.events(call.filter)
    case 'attempts':
      return Promise.all(Array.from({ length: call.count }, (_, n) => store.attempt(call.ref, call.probe ? route : web, call.probe ? aProbe(n) : aCheck(n))))
    case 'freeze':
      return store.freeze(call.ref, anEvidence)
  }
}

/** The move that is due: random ones alone never get far. */
async function step(store: Store, { ref, fail }: { ref: RevisionRef; fail: boolean }): Promise<unknown> {
  const revision = await store.revision(ref)
  if (revision === null) return null
  const next: State = (fail ? undefined : transitions[revision.state][0]) ?? 'FAILED'
  return store.move(revision, next)
}
