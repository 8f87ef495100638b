import { hideValues } from '../text/hide-secrets.ts'
import { namedSecrets } from '../text/secret-variables.ts'
import { joinSecrets } from '../text/secrets.ts'
import { DeployError } from './failure.ts'
import type { ImageFacts, PlannedImage } from './plan.ts'
import { refuseForeign } from './platform.ts'
import type { Ports, Progress } from './ports.ts'
import { type Revision, type RevisionEvent, refOf } from './record.ts'
import { taskGroup } from './task-group.ts'

type Needs = Pick<Ports, 'engine' | 'store' | 'extensions' | 'clock'>
type Step = Extract<RevisionEvent, { type: 'image' }>['step']

/** A drawn line changes ten times a second at most; so often is progress worth telling. */
const tellEvery = 100

/**
 * Every image that the resolved model names: built, pulled, or there already, as its pull policy says (readings 22 and 23), and made
 * for this machine. Doing it again is cheap. Rejects with the reason of the first that cannot be had; the others are given up.
 */
export async function pullImages(revision: Revision, ports: Needs, signal: AbortSignal): Promise<Map<string, ImageFacts>> {
  const planned = ports.extensions.images(revision.resolved, refOf(revision), revision.source)
  const platform = await ports.engine.platform()
  const facts = await taskGroup(
    planned.map((image) => (signal) => pullOne(revision, image, platform, ports, signal)),
    signal,
  )
  return new Map(planned.map(({ ref }, at) => [ref, facts[at] as ImageFacts]))
}

async function pullOne(revision: Revision, image: PlannedImage, platform: string, ports: Needs, signal: AbortSignal): Promise<ImageFacts> {
  // BuildKit expands arguments in the names of its steps.
  const secrets = joinSecrets(namedSecrets(revision.source.env), namedSecrets(image.build?.args ?? {}))
  const hide = (text: string) => hideValues(text, secrets)
  const tell = (step: Step, current: number, total: number, detail = '') =>
    ports.store.tell(refOf(revision), {
      type: 'image',
      image: image.ref,
      service: image.services[0] ?? '',
      step,
      current,
      total,
      ...(detail === '' ? {} : { detail: hide(detail) }),
    })
  try {
    // Progress is told in passing: whether it can be written down is not what decides.
    const report: Report = (now, { current, total, detail }) => void tell(now, current, total, detail).catch(() => {})
    const { facts, step } = await have(image, ports, report, signal)
    refuseForeign(image, facts, platform)
    await tell(step, facts.size, facts.size, facts.digest ?? '')
    return facts
  } catch (error) {
    if (signal.aborted || !(error instanceof DeployError)) throw error
    await tell('failed', 0, 0, error.trouble.detail)
    throw withService(error, image, hide)
  }
}

type Report = (step: Step, progress: { current: number; total: number; detail?: string }) => void

async function have(image: PlannedImage, { engine, clock }: Needs, report: Report, signal: AbortSignal): Promise<{ facts: ImageFacts; step: Step }> {
  const { ref, build, pullPolicy, platform } = image
  if (build !== null) {
    await engine.build(build, ref, platform, throttled('building', report, clock), signal)
    return { facts: await mustHave(ref, engine), step: 'built' }
  }
  const present = pullPolicy === 'always' ? null : await engine.image(ref)
  if (present !== null) return { facts: present, step: 'present' }
  if (pullPolicy === 'never')
    throw new DeployError('image_not_found', `${ref} is not on this machine, and its pull_policy is never`, {
      fix: `Pull or build ${ref} by hand, or change its \`pull_policy\`.`,
    })
  report('pulling', { current: 0, total: 0 })
  await engine.pull(ref, platform, throttled('pulling', report, clock), signal)
  return { facts: await mustHave(ref, engine), step: 'pulled' }
}

async function mustHave(ref: string, engine: Needs['engine']): Promise<ImageFacts> {
  const facts = await engine.image(ref)
  if (facts === null) throw new DeployError('image_not_found', `${ref} was there a moment ago: somebody removed it`)
  return facts
}

function throttled(step: Step, report: Report, clock: Ports['clock']): Progress {
  let last = Number.NEGATIVE_INFINITY
  return (progress) => {
    const now = clock.monotonic()
    if (now - last < tellEvery && progress.current < progress.total) return
    last = now
    report(step, progress)
  }
}

function withService({ trouble, cause }: DeployError, { services }: PlannedImage, hide: (text: string) => string): DeployError {
  return new DeployError(trouble.reason, hide(trouble.detail), { service: trouble.service ?? services[0], fix: trouble.fix, cause })
}
