import { expect, test } from 'vitest'
import { DeployError } from '../../src/deploy/failure.ts'
import type { Store } from '../../src/deploy/ports.ts'
import { createRevisionScrubbers } from '../../src/deploy/revision-scrubbers.ts'
import { scrubbedStore } from '../../src/deploy/scrubbed-store.ts'
import { createKnownSecrets } from '../../src/text/known-secrets.ts'
import { namedSecrets } from '../../src/text/secret-variables.ts'
import { createFakeClock } from '../fakes/clock.ts'
import { createFakeStore } from '../fakes/store.ts'
import { storeContract } from './store.contract.ts'
import { aCheck, aDeployment, aFailure, anEvidence, aProbe, aRevision, route, web } from './store-makers.ts'

const scrubbers = (files: Record<string, string> = {}) => createRevisionScrubbers(createKnownSecrets(), () => namedSecrets(files))

storeContract('a scrubbed store', async (setup) => scrubbedStore(createFakeStore(setup), scrubbers()))

const planted = { env: 'env-correct-horse', file: 'file-battery-staple', literal: 'literal-tr0ub4dor' }
const ref = { deployment: 'a', revision: 1 }
const holding = () =>
  aRevision({
    source: { ...aRevision().source, env: { PASSWORD: planted.env } },
    resolved: `services: {web: {environment: {API_TOKEN: ${planted.literal}}}}`,
  })
const words = `said ${planted.env}, ${planted.file} and ${planted.literal} in web`

test('nothing that is told or kept of a revision holds its secrets, and what it is started from does', async () => {
  const store = scrubbedStore(createFakeStore({ clock: createFakeClock({ auto: false }) }), scrubbers({ 'secret pin': planted.file }))
  await store.admit(aDeployment(), holding(), [words])
  await store.tell(ref, { type: 'notice', text: words })
  await store.tell(ref, { type: 'attempt', service: 'web', replica: 1, ms: 1, exit: 1, output: words })
  await store.tell(ref, { type: 'verdict', service: 'web', replica: 1, now: 'waiting', detail: words, ms: 1 })
  await store.attempt(ref, web, { ...aCheck(1), output: words })
  await store.attempt(ref, route, { ...aProbe(1), detail: words, location: `https://x.example/?t=${planted.literal}` })
  await store.freeze(ref, { ...anEvidence, trouble: { reason: 'container_exited', detail: words }, missing: [words] })
  await store.move(holding(), 'FAILED', { ...aFailure, sentence: words, fix: words })

  const kept = JSON.stringify([await store.events({}), await store.attempts(ref), await store.evidence(ref), (await store.revision(ref))?.failure])

  expect(Object.values(planted).filter((secret) => kept.includes(secret))).toEqual([])
  expect(kept).toContain('said <PASSWORD>, <secret pin> and <API_TOKEN> in web')
  expect(kept).toContain('"service":"web"')
  expect(await store.revision(ref)).toMatchObject({ resolved: holding().resolved, source: { env: { PASSWORD: planted.env } } })
})

test('a revision that another process admitted is looked up before anything of it is told', async () => {
  const kept = createFakeStore({ clock: createFakeClock({ auto: false }) })
  await kept.admit(aDeployment(), holding(), [])
  const store = scrubbedStore(kept, scrubbers())

  await store.tell(ref, { type: 'notice', text: words })

  expect((await store.events({})).at(-1)?.event).toEqual({ type: 'notice', text: `said <PASSWORD>, ${planted.file} and <API_TOKEN> in web` })
})

test('a secret that is the name of a service takes no name from what is found by it', async () => {
  const store = scrubbedStore(createFakeStore({ clock: createFakeClock({ auto: false }) }), scrubbers())
  await store.admit(aDeployment(), aRevision({ source: { ...aRevision().source, env: { PASSWORD: 'web-frontend' } } }), [])

  await store.tell(ref, { type: 'attempt', service: 'web-frontend', replica: 1, ms: 1, exit: 1, output: 'web-frontend' })

  expect((await store.events({})).at(-1)?.event).toMatchObject({ service: 'web-frontend', output: '<PASSWORD>' })
})

/** One more revision with the mark of `holding`, and other secrets. */
const other = { env: 'other-correct-horse', literal: 'other-tr0ub4dor' }
const another = () =>
  aRevision({
    source: { ...aRevision().source, env: { PASSWORD: other.env } },
    resolved: `services: {web: {environment: {API_TOKEN: ${other.literal}}}}`,
  })
const otherWords = `said ${other.env} and ${other.literal}`
const lastOf = async (store: Pick<Store, 'events'>) => (await store.events({})).at(-1)?.event

test('a submit that is refused and comes again with other values has the secrets of those', async () => {
  const kept = createFakeStore({ clock: createFakeClock({ auto: false }) })
  const refusing: Store = { ...kept, admit: () => Promise.reject(new DeployError('port_in_use', '443')) }
  const shared = scrubbers()
  await expect(scrubbedStore(refusing, shared).admit(aDeployment(), holding(), [words])).rejects.toThrow()
  const store = scrubbedStore(kept, shared)
  await store.admit(aDeployment(), another(), [otherWords])

  await store.tell(ref, { type: 'notice', text: otherWords })

  expect((await store.events({})).map(({ event }) => JSON.stringify(event)).filter((text) => text.includes('other-'))).toEqual([])
  expect(await lastOf(store)).toEqual({ type: 'notice', text: 'said <PASSWORD> and <API_TOKEN>' })
})

test('one that is refused takes nothing from the revision that has its number', async () => {
  const store = scrubbedStore(createFakeStore({ clock: createFakeClock({ auto: false }) }), scrubbers())
  await store.admit(aDeployment(), holding(), [])
  await expect(store.admit(aDeployment(), another(), [])).rejects.toThrow()

  await store.tell(ref, { type: 'notice', text: words })

  expect(await lastOf(store)).toEqual({ type: 'notice', text: `said <PASSWORD>, ${planted.file} and <API_TOKEN> in web` })
})

test('a name that was removed with its volumes kept begins at 1 again, with the secrets of what is deployed then', async () => {
  const store = scrubbedStore(createFakeStore({ clock: createFakeClock({ auto: false }) }), scrubbers())
  await store.admit(aDeployment(), holding(), [words])
  await store.move(holding(), 'FAILED', { ...aFailure, sentence: words })
  await store.forget('a', { keepName: true })
  await store.admit(aDeployment(), another(), [otherWords])

  await store.tell(ref, { type: 'notice', text: otherWords })

  expect(await lastOf(store)).toEqual({ type: 'notice', text: 'said <PASSWORD> and <API_TOKEN>' })
})
