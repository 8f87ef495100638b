import { DeployError } from '../deploy/failure.ts'
import type { Upload } from '../deploy/record.ts'

/** What was said of an upload, without where it lies on our disk: nobody who sent it knows that folder. */
export function createHide({ path, upload }: { path: string; upload?: Upload | undefined }): (text: string) => string {
  if (upload === undefined) return (text) => text
  // Its real path may begin otherwise than the state folder is written.
  const around = new RegExp(`[^\\s"'\`=:,()]*/uploads/${RegExp.escape(upload.id)}/tree`, 'g')
  const top = new RegExp(`/uploads/${RegExp.escape(upload.id)}/tree/([^/]+)`).exec(path)?.[1]
  const root = (text: string) => (top === undefined ? text : text.replaceAll(`\0/${top}`, '\0'))
  return (text) => root(text.replace(around, '\0')).replaceAll('\0', '.')
}

/** The work, with the words of its refusals and notices so hidden. */
export async function withoutPlace<T extends { notices: string[] }>(hide: (text: string) => string, work: () => Promise<T>): Promise<T> {
  const done = await refusingWithout(hide, work)
  return { ...done, notices: done.notices.map(hide) }
}

/** The work, with the words of its refusals so hidden. */
export async function refusingWithout<T>(hide: (text: string) => string, work: () => Promise<T>): Promise<T> {
  return work().catch((error: unknown) => {
    throw hidden(error, hide)
  })
}

/** What is thrown, so hidden. */
export function hidden(error: unknown, hide: (text: string) => string): unknown {
  if (!(error instanceof DeployError)) return error
  const { reason, detail, fix, asks, ...more } = error.trouble
  return new DeployError(reason, hide(detail), {
    ...more,
    fix: fix === undefined ? undefined : hide(fix),
    asks: asks && { ...asks, asked: asks.asked.map((each) => ({ ...each, found: hide(each.found) })) },
    cause: error.cause,
  })
}
