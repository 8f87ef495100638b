import { stat } from 'node:fs/promises'
import { basename, dirname, resolve } from 'node:path'
import { counted } from '../deploy/words.ts'
import { bytes } from './amounts.ts'
import type { Archive } from './api.ts'
import type { Context } from './context.ts'
import { say } from './output.ts'

/** How a request names what was sent. */
export interface SentFolder {
  upload: string
  /** Where a Compose file was named and not its folder. */
  file?: string
}

/** A larger archive is told of in quarters while it goes. */
const telling = 4_000_000

/**
 * Sends the folder to a control plane on another machine. What that would refuse by its name or kind is refused before anything is sent.
 * `path` is there. Rejects with DeployError, CliError.
 */
export async function sendFolder(path: string, { api }: Pick<Context, 'api'>, signal: AbortSignal): Promise<SentFolder> {
  const [{ findComposeFile }, { listFolder }, { archiveSize, writeArchive }] = await rooms()
  const absolute = resolve(path)
  // What is missing is told as it is where the folder is not sent.
  await findComposeFile(absolute)
  const isFile = (await stat(absolute)).isFile()
  const folder = isFile ? dirname(absolute) : absolute
  const entries = await listFolder(folder, basename(folder) || 'extension')
  const size = archiveSize(entries)
  // The folder itself is one, as for whoever unpacks it.
  const what = `${counted(entries.length + 1, 'file', 'files and folders')}, ${bytes(size)}`
  const { id } = await api.upload({ size, chunks: told(writeArchive(entries), what, size) }, signal)
  return isFile ? { upload: id, file: basename(absolute) } : { upload: id }
}

/** What was sent and is not used goes at once: by itself it would stay for an hour. */
export async function orRemoved<T>({ upload }: SentFolder, { api }: Pick<Context, 'api'>, work: Promise<T>): Promise<T> {
  return work.catch(async (error: unknown) => {
    await api.removeUpload(upload).catch(() => {})
    throw error
  })
}

function rooms() {
  return Promise.all([import('../extension/find-compose-file.ts'), import('../uploads/list-folder.ts'), import('../uploads/tar-writer.ts')])
}

/** Begins when there is somebody to send it to, and a token to send. */
async function* told(chunks: AsyncIterable<Buffer>, what: string, size: number): Archive['chunks'] {
  say(`Sending ${what}.`)
  let [sent, quarter] = [0, 0]
  for await (const chunk of chunks) {
    yield chunk
    sent += chunk.length
    const now = Math.floor((4 * sent) / size)
    if (size > telling && now > quarter) say(`Sent ${bytes(sent)} of ${bytes(size)}.`)
    quarter = now
  }
}
