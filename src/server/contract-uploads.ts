import { type Static, Type } from 'typebox'
import { stamp } from './contract-facts.ts'
import { named } from './schema.ts'

/** An upload that waits to be used. */
export const KeptUpload = named('KeptUpload', {
  id: Type.String(),
  sha256: Type.String({ description: 'of the archive as it came' }),
  bytes: Type.Integer(),
  entries: Type.Integer({ description: 'files and folders' }),
  expiresAt: stamp,
})

/** Where a revision came from that was uploaded. */
export const UploadOrigin = named('UploadOrigin', { sha256: Type.String(), bytes: Type.Integer(), entries: Type.Integer() })

export const RemovedUpload = named('RemovedUpload', { id: Type.String() })

export type KeptUpload = Static<typeof KeptUpload>
export type UploadOrigin = Static<typeof UploadOrigin>
