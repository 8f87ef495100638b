/** A map of what was asked for last: the oldest is forgotten. */
export interface Few<K, V> {
  get(key: K): V | undefined
  set(key: K, value: V): void
  /** What is remembered, else what is made now and remembered from here on. */
  of(key: K, make: () => V): V
  values(): Iterable<V>
}

export function rememberFew<K, V extends {}>(most: number): Few<K, V> {
  const known = new Map<K, V>()
  const set = (key: K, value: V) => {
    known.delete(key)
    known.set(key, value)
    if (known.size > most) known.delete(known.keys().next().value as K)
  }
  const get = (key: K) => {
    const value = known.get(key)
    if (value !== undefined) set(key, value)
    return value
  }
  const of = (key: K, make: () => V) => {
    const value = known.get(key) ?? make()
    set(key, value)
    return value
  }
  return { get, set, of, values: () => known.values() }
}
