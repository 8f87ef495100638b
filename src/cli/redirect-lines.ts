import { redirectNotice } from '../deploy/redirect-notice.ts'
import type { RevisionView } from '../deploy/view.ts'
import { oneLine } from '../text/one-line.ts'

/** Of one that is DEPLOYED: a redirect passes and nobody follows it (reading 20), so what it leads to stands beside the verdict. */
export function redirectLines({ state, probe, urls }: Pick<RevisionView, 'state' | 'probe' | 'urls'>): string[] {
  if (state !== 'DEPLOYED') return []
  return probe.flatMap(({ url, attempts }) => {
    const last = attempts.at(-1)
    const base = urls.filter((each) => url.startsWith(each)).sort((a, b) => b.length - a.length)[0] ?? url
    const notice = last === undefined ? null : redirectNotice(url, base, last)
    return notice === null ? [] : [`  note: ${oneLine(notice, 500)}`]
  })
}
