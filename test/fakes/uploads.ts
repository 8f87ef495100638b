import { DeployError } from '../../src/deploy/failure.ts'
import type { Uploads } from '../../src/deploy/upload-port.ts'

/** Nothing was ever sent, and whatever comes is no archive. */
export function createFakeUploads(): Uploads {
  const unknown = () => Promise.reject(new DeployError('not_found', 'no upload has this id'))
  const receive = () => Promise.reject(new DeployError('upload_refused', 'is no archive'))
  return { receive, use: unknown, adopt: unknown, release: async () => {}, remove: unknown }
}
