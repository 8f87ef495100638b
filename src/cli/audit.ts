import { open } from 'node:fs/promises'
import { counted } from '../deploy/words.ts'
import type { AuditEntry } from '../server/contract-access.ts'
import { oneLine } from '../text/one-line.ts'
import type { Api } from './api.ts'
import { usageError } from './cli-error.ts'
import { context } from './context.ts'
import type { ServerOptions } from './endpoint.ts'
import { jsonLine, printJson, printText, say } from './output.ts'
import { table } from './table.ts'

interface AuditOptions extends ServerOptions {
  /** Seconds. */
  since?: number
  name?: string
  export?: string
  json?: boolean
}

const usual = 24 * 3600

export async function audit({ since, name, export: file, json, ...server }: AuditOptions): Promise<void> {
  const { api, clock } = context(server)
  const seconds = since ?? (file === undefined ? usual : null)
  const filter = { since: seconds === null ? undefined : new Date(clock.now() - seconds * 1000).toISOString(), name }
  if (file !== undefined) return exported(file, pages(api, filter), json)
  const entries = (await Array.fromAsync(pages(api, filter))).flat()
  if (json) printJson({ entries })
  else printText(drawn(entries))
}

/** The server answers a page at a time; what is written down meanwhile comes too. */
async function* pages(api: Api, filter: { since: string | undefined; name: string | undefined }): AsyncGenerator<AuditEntry[]> {
  for (let after = 0; ; ) {
    const { entries } = await api.audit({ ...filter, after })
    const last = entries.at(-1)
    if (last === undefined) return
    yield entries
    after = last.id
  }
}

/** A new file, for its owner only: whoever may read the trail is the administrator's to say. */
async function exported(file: string, entries: AsyncIterable<AuditEntry[]>, json = false): Promise<void> {
  let count = 0
  await using out = await open(file, 'wx', 0o600).catch((error: NodeJS.ErrnoException) => {
    throw usageError(`${oneLine(file)} cannot be made (${error.code}).`, 'Name a file that is not there yet, in a folder that is.')
  })
  for await (const page of entries) {
    await out.appendFile(page.map((entry) => `${jsonLine(entry)}\n`).join(''))
    count += page.length
  }
  if (json) printJson({ file, entries: count })
  else say(`${oneLine(file)} has ${counted(count, 'line')} of the audit trail, one JSON document each.`)
}

function drawn(entries: AuditEntry[]): string[] {
  if (entries.length === 0) return ['Nothing was done.']
  return table(
    ['WHEN', 'WHO', 'FROM', 'WHAT', 'DEPLOYMENT', 'RESULT', ''],
    entries.map(({ at, who, address, action, deployment, result, reason, detail, missed }) => [
      ...[`${at.slice(0, 19)}Z`, who ?? '?', address, action, deployment ?? '', reason === null ? result : `${result}: ${reason}`],
      [detail ?? '', missed > 0 ? `(${counted(missed, 'refused attempt')} before it not written down)` : ''].filter((part) => part !== '').join(' '),
    ]),
  )
}
