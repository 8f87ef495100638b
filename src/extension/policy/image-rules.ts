import { isOurs, referenceTrouble } from '../image-reference.ts'
import type { Service } from '../model.ts'
import { undollar } from '../model-text.ts'
import { isSet, type Rule, when } from './rule.ts'

/** Found where the image is here. */
export const rootByImage = 'user: root, as its image says'

/** Rows about what is run, and as whom. */
export const imageRules: Rule<Service>[] = [
  {
    name: 'image_reference',
    decision: 'invalid',
    reason: 'it is not [HOST/]NAME[:TAG][@sha256:DIGEST]',
    safer: 'Correct the image’s name.',
    find: (service, { rewritten }) =>
      service.image === undefined || service.build || rewritten !== null || referenceTrouble(undollar(service.image)) === null
        ? []
        : [`image: ${service.image}`],
  },
  {
    name: 'image_of_torii',
    decision: 'deny',
    never: 'it would go away with that deployment',
    reason: 'images called torii/… are builds of other deployments',
    safer: 'Use `build:` or an image of your own.',
    find: (service) => (service.build ? [] : when(service, 'image', (value) => isOurs(String(value)))),
  },
  {
    name: 'unpinned_image',
    decision: 'deny',
    never: 'what was judged would not be what starts',
    reason: 'only the image that was pulled may start',
    safer: 'Report this: Torii pins images itself.',
    find: (service, { rewritten }) => (rewritten === null ? [] : when(service, 'image', (value) => !/^sha256:[a-f0-9]{64}$/.test(String(value)))),
  },
  {
    name: 'untagged_image',
    decision: 'warn',
    reason: 'without a tag it may be another image tomorrow; what ran is on record by its id',
    safer: 'Name a version, or a digest.',
    find: (service, { rewritten }) =>
      service.build || rewritten !== null ? [] : when(service, 'image', (value) => isSet(value) && isMoving(undollar(String(value)))),
  },
  {
    name: 'root_user',
    decision: 'warn',
    reason: 'it runs as root, so a way out of the container is a way to the host’s root',
    safer: 'Set `user:` to another one, or `USER` in the Dockerfile.',
    find: (service, { root }, name) => {
      const asked = when(service, 'user', (value) => /^(root|0+)(:|$)/.test(String(value)))
      return asked.length === 0 && !isSet((service as { user?: unknown }).user) && root?.has(name) === true ? [rootByImage] : asked
    },
  },
]

function isMoving(reference: string): boolean {
  const last = reference.split('/').at(-1) ?? ''
  return !reference.includes('@sha256:') && (!last.includes(':') || last.endsWith(':latest'))
}
