import { createHash } from 'node:crypto'
import { heldBackBy } from '../deploy/held-back.ts'
import type { ImageFacts, Plan, PlannedService } from '../deploy/plan.ts'
import { refuseForeign } from '../deploy/platform.ts'
import type { Container, Ports } from '../deploy/ports.ts'
import { projectOf, type RevisionRef, type Source } from '../deploy/record.ts'
import type { Bench } from './bench.ts'

type Needs = Pick<Ports, 'engine' | 'store' | 'extensions' | 'clock'> & { bench: Bench }

export interface Trial extends AsyncDisposable {
  plan: Plan
  containers(service: string): Promise<Container[]>
}

const lookEvery = 200
/** What somebody awaits has this long, then the others start without it: a trial tries, it does not judge. */
const patience = 60_000
const stopWithin = 1_000

/** Every trial of an instance is the same revision of the same deployment, which no record has: whatever is left of one can be found. */
export function trialRef(instance: string): RevisionRef {
  const hex = createHash('sha256').update(`trial ${instance}`).digest('hex')
  const id = [hex.slice(0, 8), hex.slice(8, 12), `8${hex.slice(13, 16)}`, `8${hex.slice(17, 20)}`, hex.slice(20, 32)].join('-')
  return { deployment: id, revision: 1 }
}

/**
 * The extension as a deploy would create it, but thrown away: networks, volumes and containers of its own, no route, no record, and what
 * it mounts of the folder read-only. Starts the service and what it depends on. Disposed of, nothing of it is left.
 */
export async function beginTrial(
  { source, resolved, service }: { source: Source; resolved: string; service: string | null },
  ref: RevisionRef,
  needs: Needs,
  signal: AbortSignal,
): Promise<Trial> {
  const { engine, store, extensions } = needs
  const held = await store.holdSubnets(ref, extensions.subnetSizes(resolved), await engine.subnets())
  const end = async () => {
    try {
      await sweepTrial(ref, needs)
    } finally {
      held.giveBack()
    }
  }
  try {
    const images = await imagesOf({ resolved, ref, source }, needs, signal)
    const input = { ref, source, resolved, images, subnets: held.subnets, port: null, publicUrl: '', starting: 0 }
    const { model, plan, files } = extensions.rewrite({
      ...input,
      startInterval: await engine.startInterval(),
      engine: await engine.ceilings(),
      bindsReadOnly: true,
    })
    await extensions.copyMounts(resolved, ref, source, signal)
    await extensions.writeFiles(ref, files)
    await engine.volumes(
      plan.volumes.map(({ engineName }) => engineName),
      ref.deployment,
    )
    await engine.create(ref, projectOf(ref), model, signal)
    await startAll(plan, service, ref, needs, signal)
    const containers = async (name: string) => (await engine.containers(ref)).filter((each) => each.service === name)
    return { plan, containers, [Symbol.asyncDispose]: end }
  } catch (error) {
    await end()
    throw error
  }
}

/** Removes whatever is left of a trial, also of one that a killed process began. */
export async function sweepTrial(ref: RevisionRef, { engine, extensions, bench }: Pick<Needs, 'engine' | 'extensions' | 'bench'>): Promise<void> {
  await engine.stop(ref, { graceMs: stopWithin, disarm: true })
  await engine.remove(ref)
  await engine.removeVolumes(ref.deployment)
  await extensions.removeFiles(ref)
  for (const tag of await bench.tags(`torii/${ref.deployment.replaceAll('-', '').slice(0, 12)}-`)) await engine.untag(tag)
}

async function imagesOf(
  { resolved, ref, source }: { resolved: string; ref: RevisionRef; source: Source },
  { engine, extensions }: Needs,
  signal: AbortSignal,
): Promise<Map<string, ImageFacts>> {
  const platform = await engine.platform()
  const images = new Map<string, ImageFacts>()
  for (const planned of extensions.images(resolved, ref, source)) {
    const here = planned.build === null ? await engine.image(planned.ref) : null
    if (planned.build !== null) await engine.build(planned.build, planned.ref, planned.platform, () => {}, signal)
    else if (here === null) await engine.pull(planned.ref, planned.platform, () => {}, signal)
    const facts = here ?? (await engine.image(planned.ref))
    if (facts === null) continue
    refuseForeign(planned, facts, platform)
    images.set(planned.ref, facts)
  }
  return images
}

/** In gate order: what one depends on comes first, and is waited for as far as it may take. */
async function startAll(plan: Plan, service: string | null, ref: RevisionRef, { engine, clock }: Needs, signal: AbortSignal): Promise<void> {
  for (const planned of plan.services.filter(({ name }) => service === null || neededFor(service, plan.services).has(name))) {
    const until = clock.monotonic() + patience
    let containers = await engine.containers(ref)
    while (heldBackBy(planned, plan.services, containers).length > 0 && clock.monotonic() < until) {
      await clock.sleep(lookEvery, signal)
      containers = await engine.containers(ref)
    }
    // One that cannot start is told by its state.
    for (const container of containers.filter((each) => each.service === planned.name)) await engine.start(container).catch(() => {})
  }
}

/** The service and everything that it depends on. */
function neededFor(service: string, services: PlannedService[], found = new Set<string>()): Set<string> {
  if (found.has(service)) return found
  found.add(service)
  for (const { service: other } of services.find(({ name }) => name === service)?.dependsOn ?? []) neededFor(other, services, found)
  return found
}
