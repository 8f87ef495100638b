import { DeployError } from '../deploy/failure.ts'
import { whyOneshot } from '../deploy/judge-exit.ts'
import type { Plan, PlannedService } from '../deploy/plan.ts'
import type { NamedRequest, Ports } from '../deploy/ports.ts'
import { type Revision, refOf, type Source } from '../deploy/record.ts'
import type { Suggestion } from '../deploy/suggestion.ts'
import { listed } from '../deploy/words.ts'
import { scrubberOf } from '../text/hide-secrets.ts'
import { scrubValue } from '../text/scrub-value.ts'
import { joinSecrets } from '../text/secrets.ts'
import { secretWords } from '../text/words-with-secrets.ts'
import type { Bench } from './bench.ts'
import { beginTrial, sweepTrial, trialRef } from './trial.ts'
import { nothingFor, tryChecks } from './try-checks.ts'

export interface Suggest {
  /** A HEALTHCHECK for each service, or for this one. Rejects with the DeployError that a deploy would be refused with. */
  suggest(request: NamedRequest, service: string | null, signal: AbortSignal): Promise<Suggestion[]>
  /** Removes what a killed process left of a trial. */
  sweep(): Promise<void>
}

type Needs = Pick<Ports, 'engine' | 'store' | 'extensions' | 'clock'> & { bench: Bench; instance: string }

export function createSuggest(needs: Needs): Suggest {
  const { extensions, engine } = needs
  const ref = trialRef(needs.instance)
  let busy: Promise<unknown> = Promise.resolve()
  /** One trial at a time: they share a name. */
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const done = busy.then(work)
    busy = done.catch(() => {})
    return done
  }

  const inTrial = async (read: Source, { allow, consent }: NamedRequest, service: string | null, signal: AbortSignal) => {
    signal.throwIfAborted()
    const { resolved, policy } = await extensions.resolve(read, ref, { allow, consent, recorded: [] })
    const source = { ...read, policy }
    await sweepTrial(ref, needs)
    // Awaited below as well: the trial is thrown away when this block is left.
    await using trial = await beginTrial({ source, resolved, service }, ref, needs, signal)
    return await eachOf(trial.plan, service, async (planned) =>
      suggestFor(planned, trial.plan, await trial.containers(planned.name), 'throw_away_container', signal),
    )
  }
  const suggestFor = async (
    planned: PlannedService,
    plan: Plan,
    containers: Awaited<ReturnType<Ports['engine']['containers']>>,
    where: NonNullable<Suggestion['where']>,
    signal: AbortSignal,
  ): Promise<Suggestion> => {
    const oneshot = planned.oneshot ? whyOneshot(planned) : null
    if (oneshot !== null) return { ...nothingFor(planned), needsNone: true, note: `a one-shot needs none: ${oneshot.why}` }
    const [container] = containers
    if (container === undefined) return { ...nothingFor(planned), note: 'nothing was tried: it has no container' }
    const port = plan.route?.service === planned.name ? plan.route.port : null
    const secrets = joinSecrets(container.secrets, secretWords(planned.check?.test ?? [], planned.name))
    return scrubValue(await tryChecks({ planned, container, port }, where, needs, signal), scrubberOf(secrets))
  }

  return {
    suggest: async (request, service, signal) => {
      const { source } = await extensions.read(request)
      request.mayUse?.(source.name)
      const live = await runningOf(source, needs)
      if (live === null) return inTurn(() => inTrial(source, request, service, signal))
      const { plan } = live
      const containers = await engine.containers(refOf(live))
      const of = (name: string) => containers.filter((each) => each.service === name)
      return eachOf(plan, service, (planned) => suggestFor(planned, plan, of(planned.name), 'running_container', signal))
    },
    sweep: () => inTurn(() => sweepTrial(ref, needs)),
  }
}

/** The revision that serves, where it runs. */
async function runningOf({ name }: Source, { store }: Needs): Promise<(Revision & { plan: Plan }) | null> {
  const deployment = await store.deployment(name)
  if (deployment?.live == null || deployment.wanted !== 'running') return null
  const revision = await store.revision({ deployment: deployment.id, revision: deployment.live })
  return revision?.plan ? { ...revision, plan: revision.plan } : null
}

async function eachOf({ services }: Plan, service: string | null, look: (planned: PlannedService) => Promise<Suggestion>): Promise<Suggestion[]> {
  const wanted = services.filter(({ name }) => service === null || name === service)
  if (wanted.length === 0)
    throw new DeployError('compose_invalid', `it has no service ${service ?? ''}`, { fix: `Name one of ${listed(services.map(({ name }) => name))}.` })
  const found: Suggestion[] = []
  for (const planned of wanted) found.push(await look(planned))
  return found
}
