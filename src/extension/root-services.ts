import type { Studied } from './study.ts'

/** Services whose image runs as root, if nothing else says otherwise. */
export function rootServices(services: Pick<Studied, 'name' | 'image'>[]): ReadonlySet<string> {
  return new Set(services.filter(({ image }) => image !== undefined && isRoot(image.user ?? '')).map(({ name }) => name))
}

function isRoot(user: string): boolean {
  return user === '' || /^(root|0+)(:|$)/.test(user)
}
