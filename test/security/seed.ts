/** The seed of a bounded random test: a new one every day, told when it fails; SEED=… repeats one. */
export function seedOf(of: string): number {
  const given = process.env['SEED']
  const seed = given === undefined ? Math.floor(Date.now() / 86_400_000) : Number(given)
  console.info(`${of}: SEED=${seed}`)
  return seed
}
