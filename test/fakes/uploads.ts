import { DeployError } from '../../src/deploy/failure.ts'
import type { Uploads } from '../../src/deploy/upload-port.ts'

/** Nothing was ever sent, and nothing comes. */
export function createFakeUploads(): Uploads {
  const unknown = () => Promise.reject(new DeployError('not_found', 'no upload has this id'))
  return { receive: () => Promise.reject(new Error('nobody uploads here')), use: unknown, adopt: unknown, release: async () => {}, remove: unknown }
}
