import { expect, test } from 'vitest'
import { stringify } from 'yaml'
import type { Extensions } from '../../../src/deploy/ports.ts'
import { scrubbedExtensions } from '../../../src/deploy/scrubbed-extensions.ts'
import { createKnownSecrets } from '../../../src/text/known-secrets.ts'
import { createFakeExtensions } from '../../fakes/extensions.ts'
import { aSource, ref, refusalOf } from '../extension/makers.ts'

const keys = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, at) => [`KEY_${at}_TOKEN`, `kx9-rosebud-${at}`]))
const fake = createFakeExtensions({ extensions: { '/x': { services: { web: {} } } } })
const scrubbers = { renew: () => {} }
const refusal = 'compose_invalid: The Compose file cannot be used: the extension has 1001 secrets, and Torii hides at most 1000 in what it tells.'

test('a request with more secrets than a scrubber may know is refused before one is made', async () => {
  const extensions = scrubbedExtensions(fake, createKnownSecrets(), scrubbers)

  expect(await refusalOf(() => extensions.read({ path: '/x', env: keys(1001) }))).toBe(refusal)
  expect(await refusalOf(() => extensions.read({ path: '/x', env: keys(1000) }))).toBe('not refused')
})

test('so is a model that came by them otherwise, of whichever services', async () => {
  const services = { a: { environment: keys(1000) }, b: { labels: { OTHER_TOKEN: 'kx9-rosebud-other' } } }
  const resolved = stringify({ services })
  const answer = { resolved, notices: [], policy: aSource().policy, consent: { model: '', rules: [] } } as never
  const extensions = scrubbedExtensions({ ...fake, resolve: async (..._: Parameters<Extensions['resolve']>) => answer }, createKnownSecrets(), scrubbers)

  expect(await refusalOf(() => extensions.resolve(aSource(), ref, { recorded: [] }))).toBe(refusal)
})
