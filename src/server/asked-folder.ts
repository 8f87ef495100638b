import type { FastifyRequest } from 'fastify'
import type { NamedRequest } from '../deploy/ports.ts'
import type { UploadedFolder, Uploads } from '../deploy/upload-port.ts'
import type { Caller } from './caller.ts'
import type { DeployRequest } from './contract.ts'
import { refuseForeignFolder } from './folder.ts'
import { Refusal } from './refusal.ts'

type Asked = Pick<FastifyRequest, 'caller'> & { body: DeployRequest }

/**
 * Does the work with the folder that a request means: one of this machine, which only its administrator may name, or one that the same caller
 * uploaded. `how`: what becomes of the upload.
 */
export async function withFolder<T>({ body, caller }: Asked, uploads: Uploads, how: 'use' | 'adopt', work: (request: NamedRequest) => Promise<T>): Promise<T> {
  const { path, upload, file, ...rest } = body
  if (upload === undefined) {
    if (path === undefined) throw invalid('"path" or "upload" is missing in the body.')
    if (file !== undefined) throw invalid('"file" in the body goes with "upload": a path may name the file itself.')
    refuseForeignFolder({ caller })
    return work({ ...rest, path })
  }
  if (path !== undefined) throw invalid('The body has "path" and "upload": it must be one of them.')
  const asked = { id: upload, owner: ownerOf(caller) }
  const of = (folder: UploadedFolder) => ({ ...rest, upload: folder.upload, path: file === undefined ? folder.path : `${folder.path}/${file}` })
  if (how === 'use') return uploads.use(asked, (folder) => work(of(folder)))
  return uploads.adopt(asked, (folder, admitted) => work({ ...of(folder), admitted }))
}

/** Whose an upload is: nobody else may use it, whatever its scope. */
export function ownerOf(caller: Caller | null): string {
  return caller?.token ?? 'local'
}

/** For the audit trail. */
export function whatIsAsked({ path, upload }: DeployRequest): string {
  return upload === undefined ? `the folder ${path}` : `the upload ${upload}`
}

function invalid(sentence: string): Refusal {
  return new Refusal('request_invalid', { sentence })
}
