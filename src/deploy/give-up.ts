import { hideValues } from '../text/hide-secrets.ts'
import { asAnswered } from './as-answered.ts'
import { caseOf } from './causes/case.ts'
import { type Diagnosis, findCauses } from './causes/find-causes.ts'
import { whatPassed } from './causes/passed.ts'
import { causeRules } from './causes/rules.ts'
import { disarm } from './disarm.ts'
import { createPatience, engineComesBack } from './engine-comes-back.ts'
import { takeEvidenceOf } from './evidence.ts'
import { failureOf, troubleOf } from './failure.ts'
import { secretsOf } from './fit-to-keep.ts'
import { type Replaced, replacedBy } from './in-place.ts'
import { type Deployment, type Evidence, type Revision, refOf } from './record.ts'
import { startAgain } from './start-again.ts'
import type { Tools } from './tools.ts'
import type { Trouble } from './verdict.ts'

/**
 * FAILED, with reason and evidence, which is taken before anything is changed; where giving up was cut short, those that were taken
 * then. A live revision is left as it was: it goes on serving, or is started again where it had to make room. A first deployment stays
 * for inspection, its restarts disarmed and without a route. Rejects with the signal's reason when it is called off.
 */
export async function giveUp(revision: Revision, error: unknown, tools: Tools, signal: AbortSignal): Promise<Revision> {
  const { store, engine, clock, log } = tools
  const ref = refOf(revision)
  const before = await store.evidence(ref)
  const trouble = before?.trouble ?? troubleOf(error)
  if (trouble.reason === 'internal') log.error({ err: error, ...ref }, 'a deployment failed for a reason nobody expected')
  const evidence = before?.trouble ? before : await frozen(trouble, revision, tools)
  const attempts = await store.attempts(ref)
  // The record knows more by now than the step that failed: when the probes began.
  const seen = caseOf((await store.revision(ref)) ?? revision, asAnswered(trouble, evidence, revision, attempts), evidence, attempts)
  const { trouble: explained, causes } = toldOf(
    findCauses(seen, causeRules, (cause, err) => log.error({ err, cause, ...ref }, 'a rule of causes broke')),
    revision,
  )
  await store.keep(ref, { candidate: null })
  // Nothing was started: what is there, its network, is nothing to inspect. What cannot be removed now goes with the next revision.
  if (revision.model === null) await engine.remove(ref).catch((err) => log.warn({ err, ...ref }, 'the network of a revision that failed stays for now'))
  const deployment = await store.deployment(revision.deployment)
  const worse = deployment?.live == null ? await leaveForInspection(revision, tools) : await leaveAsItWas(deployment, revision, tools, signal)
  return store.move(revision, 'FAILED', {
    ...failureOf(worse === null ? explained : combined(explained, worse), clock.now()),
    ...(causes.length > 0 && { causes }),
    passed: whatPassed(seen),
  })
}

/** A rule may quote a check or a command as it ran, with what was put in there. */
function toldOf({ trouble, causes }: Diagnosis, revision: Revision): Diagnosis {
  const secrets = secretsOf(revision)
  const told = (text: string) => hideValues(text, secrets)
  return {
    trouble: { ...trouble, detail: told(trouble.detail), ...(trouble.fix !== undefined && { fix: told(trouble.fix) }) },
    causes: causes.map((cause) => ({
      ...{ ...cause, sentence: told(cause.sentence), fix: told(cause.fix), evidence: cause.evidence.map(told) },
      tellsApart: cause.tellsApart === null ? null : told(cause.tellsApart),
    })),
  }
}

async function frozen(trouble: Trouble, revision: Revision, tools: Tools): Promise<Evidence> {
  // The record knows more by now than the step that failed: where its routes lead.
  const evidence = await takeEvidenceOf(trouble, (await tools.store.revision(refOf(revision))) ?? revision, tools)
  await tools.store.freeze(refOf(revision), evidence)
  return evidence
}

/** Nothing is routed to it, and what has ended stays ended. */
async function leaveForInspection(revision: Revision, tools: Tools): Promise<null> {
  const { store, routes, log } = tools
  await store.change(revision.deployment, { open: null })
  await routes.refresh(revision.deployment)
  // The record says that it failed, and whoever tidies up after it disarms it then.
  await disarm(revision, tools).catch((error) => log.warn({ err: error, ...refOf(revision) }, 'restarts could not be disarmed yet'))
  return null
}

/** The public routes lead to the live revision again. Answers what is wrong with it, where it had to be started again. */
async function leaveAsItWas({ live, wanted }: Deployment, revision: Revision, tools: Tools, signal: AbortSignal): Promise<Trouble | null> {
  const replaced = wanted === 'running' ? await replacedBy(revision, tools) : null
  const worse = replaced === null ? null : await bringBack(replaced, revision, tools, signal)
  await tools.store.change(revision.deployment, { open: wanted === 'running' ? live : null })
  await tools.routes.refresh(revision.deployment)
  return worse
}

async function bringBack(replaced: Replaced, failed: Revision, tools: Tools, signal: AbortSignal, patience = createPatience()): Promise<Trouble | null> {
  try {
    // Both write the same volumes: never at the same time.
    await tools.engine.stop(refOf(failed), { graceMs: tools.stopGrace, disarm: true })
    await startAgain(replaced.live, tools, signal)
    return null
  } catch (error) {
    signal.throwIfAborted()
    const again = await engineComesBack(error, failed, patience, tools, signal)
    return again ? bringBack(replaced, failed, tools, signal, patience) : troubleOf(error)
  }
}

function combined(trouble: Trouble, worse: Trouble): Trouble {
  const who = `${worse.reason}${worse.service === undefined ? '' : ` of ${worse.service}`}`
  return { ...trouble, detail: `${trouble.detail}; and the revision before it did not come back (${who}: ${worse.detail})` }
}
