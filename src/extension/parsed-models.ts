import { rememberFew } from '../text/remember-few.ts'
import type { Model } from './model.ts'
import { parseModel } from './model-text.ts'

/** A deployment reads its resolved model five times, which takes longer than all the rest of the rewriting. */
const most = 16

/** `parseModel` that remembers the last models. Nobody changes what all share: it is frozen. */
export function createParser(): (resolved: string) => Model {
  const parsed = rememberFew<string, Model>(most)
  return (resolved) => parsed.of(resolved, () => frozen(parseModel(resolved)))
}

function frozen<T>(value: T): T {
  if (typeof value === 'object' && value !== null) for (const each of Object.values(value)) frozen(each)
  return Object.freeze(value)
}
