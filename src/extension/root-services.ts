import type { Source } from '../deploy/record.ts'
import type { Studied } from './study.ts'

/** Only looked for where somebody wants to decide by it: most images run as root. */
export function rootServices(services: Studied[], { policy }: Source): ReadonlySet<string> {
  const isJudged = policy?.rules['root_user'] === 'ask' || policy?.rules['root_user'] === 'deny'
  return new Set(isJudged ? services.filter(({ image }) => image !== undefined && isRoot(image.user ?? '')).map(({ name }) => name) : [])
}

function isRoot(user: string): boolean {
  return user === '' || /^(root|0+)(:|$)/.test(user)
}
