/** Works on all of them, so many at a time; results in the order of the things. */
export async function inParallel<T, R>(atATime: number, things: T[], work: (thing: T) => Promise<R>): Promise<R[]> {
  const results: R[] = []
  let next = 0
  const worker = async () => {
    for (let at = next++; at < things.length; at = next++) results[at] = await work(things[at] as T)
  }
  await Promise.all(Array.from({ length: atATime }, worker))
  return results
}
