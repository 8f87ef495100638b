import type { Config } from '../config.ts'
import { instanceIn } from '../state-folder.ts'
import { askEngine } from './ask-engine.ts'

type Place = Pick<Config, 'home' | 'dockerHost' | 'subnetPool'>

/**
 * Takes Torii's rules against cloud metadata away where no network of this instance is left: deployments go on without us, and what they may
 * not reach they may not reach then either. Whether the rules were made was the server's setting, not that of whoever ends it.
 */
export async function openMetadataIfEmpty(place: Place, open: (place: Place) => Promise<void> = unblock): Promise<void> {
  const instance = await instanceIn(place.home)
  if (instance === null) return
  const filters = encodeURIComponent(JSON.stringify({ label: [`torii.instance=${instance}`] }))
  const networks = await askEngine(place, `/networks?filters=${filters}`)
  if (networks?.status === 200 && networks.body.trim() === '[]') await open(place)
}

async function unblock(place: Place): Promise<void> {
  const { unblockMetadata } = await import('../docker/metadata-rule.ts')
  await unblockMetadata(place)
}
