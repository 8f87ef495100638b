import type { Config } from './config.ts'
import type { Store } from './deploy/ports.ts'
import { isSettled } from './deploy/transitions.ts'
import { defaultShape } from './uploads/refused.ts'
import type { UploadSettings } from './uploads/uploads.ts'

const hour = 3_600_000

/** How uploads are kept. */
export function uploadSettings({ home, uploadLimit, uploadQuota }: Config): UploadSettings {
  return { home, limits: { ...defaultShape, bytes: uploadLimit, file: uploadLimit / 2 }, quota: uploadQuota, keepFor: hour }
}

/** Ids of those that revisions are made of that have not settled: only the newest of a deployment can be. */
export async function uploadsInUse(store: Pick<Store, 'deployments' | 'newest'>): Promise<Set<string>> {
  const newest = await Promise.all((await store.deployments()).map(({ id }) => store.newest(id)))
  return new Set(newest.flatMap((revision) => (revision?.source.upload && !isSettled(revision.state) ? [revision.source.upload.id] : [])))
}
