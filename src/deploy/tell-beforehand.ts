import { replacedBy, whyInPlace } from './in-place.ts'
import type { Plan } from './plan.ts'
import { type Revision, refOf } from './record.ts'
import type { Tools } from './tools.ts'
import { listed, secondsOf } from './words.ts'

/** What people should know before the first container starts. */
export async function tellBeforehand(revision: Revision, tools: Pick<Tools, 'store' | 'engine'>): Promise<void> {
  const notices = [fastStartNotice(revision.plan), await oldEngineNotice(revision, tools), await inPlaceNotice(revision, tools)]
  for (const notice of notices) if (notice !== null) await tools.store.tell(refOf(revision), { type: 'notice', ...notice })
}

interface Notice {
  rule: string
  text: string
}

function fastStartNotice(plan: Plan | null): Notice | null {
  const gains = (plan?.services ?? []).flatMap(({ firstProbe }) => (firstProbe && firstProbe.fast < firstProbe.plain ? [firstProbe] : []))
  const [most] = gains.toSorted((a, b) => b.plain - b.fast - (a.plain - a.fast))
  return most ? { rule: 'fast_start', text: `first probe after ${secondsOf(most.fast)} instead of ${secondsOf(most.plain)}` } : null
}

/** Nobody is told who does not lose by it: without a check there is nothing to be faster. */
async function oldEngineNotice({ plan, source }: Revision, { engine }: Pick<Tools, 'engine'>): Promise<Notice | null> {
  const checked = (plan?.services ?? []).filter(({ check, outside }) => check !== null && !outside).map(({ name }) => name)
  if (!source.settings.fastStart || checked.length === 0 || (await engine.startInterval())) return null
  const who = `${listed(checked)} can be seen healthy after ${checked.length === 1 ? 'a' : 'their'} whole check interval at the earliest`
  return { rule: 'old_engine', text: `This engine has no start_interval, so ${who}; Docker 25 or later is quicker.` }
}

async function inPlaceNotice(revision: Revision, tools: Pick<Tools, 'store'>): Promise<Notice | null> {
  const replaced = await replacedBy(revision, tools)
  if (replaced === null) return null
  const { live } = replaced
  const why = whyInPlace(replaced)
  return {
    rule: 'in_place',
    text: `Revision ${revision.revision} takes the place of revision ${live.revision}, ${why}: nothing serves until it has passed. If it fails, revision ${live.revision} is started again.`,
  }
}
