import { rowOf } from '../deploy/failure.ts'
import type { RevisionView } from '../deploy/view.ts'
import type { Asked } from './api.ts'
import { asCliError } from './as-cli-error.ts'
import { askedOf } from './asked-of.ts'
import { CliError } from './cli-error.ts'
import { consentTo } from './consent.ts'
import { type Context, context } from './context.ts'
import { Interrupted, interruptSignal } from './interrupt.ts'
import { ignoredHere } from './other-settings.ts'
import { print, printJson, say } from './output.ts'
import type { Progress } from './progress.ts'
import { refusedView } from './refused-view.ts'
import { servesNow, settledReport } from './report.ts'
import type { RequestOptions } from './request-of.ts'
import { watch } from './watch.ts'

export interface DeployOptions extends RequestOptions {
  wait: boolean
}

/** `torii deploy`: a folder becomes a deployment. */
export async function deploy(path: string, options: DeployOptions): Promise<number> {
  try {
    return await deployed(path, options)
  } catch (error) {
    const refusal = asCliError(error)
    const { message, reason, exit, service, fix, document, asks, cause } = refusal
    throw new CliError(message, { reason, exit, service, fix, asks, document: document ?? refusedView(refusal, options.name), cause })
  }
}

async function deployed(path: string, options: DeployOptions): Promise<number> {
  const signal = interruptSignal()
  const here = context(options)
  const ask = (request: Asked) => submittedTo(here, request, options, signal)
  const submitted = await askedOf(path, options, here, signal, { bringImages: true, once: false, ask })
  return options.wait ? waited(here, submitted, options, signal) : begun(submitted, options)
}

async function submittedTo(here: Context, request: Asked, options: DeployOptions, signal: AbortSignal): Promise<RevisionView> {
  const comparing = here.remote ? null : ignoredHere(here.api, here.config)
  const submitted = await submit(here, request, options, signal).catch((error) => {
    throw error instanceof Interrupted
      ? new Interrupted('Interrupted while the control plane looked at it.', '`torii ls` shows whether it is being deployed.')
      : error
  })
  const difference = await comparing
  if (difference !== null) say(difference)
  return submitted
}

/** What needs a consent is asked once, and submitted again with the answer. */
async function submit({ api }: Context, request: Asked, options: DeployOptions, signal: AbortSignal): Promise<RevisionView> {
  try {
    return await api.submit(request, signal)
  } catch (error) {
    const consent = await consentTo(error, options)
    if (consent === null) throw error
    return api.submit({ ...request, consent }, signal)
  }
}

async function waited({ api, clock }: Context, submitted: RevisionView, { json }: DeployOptions, signal: AbortSignal): Promise<number> {
  const seen = await watch(api, submitted, { clock, signal }).catch((error) => {
    throw error instanceof Interrupted ? goesOn(submitted) : error
  })
  const name = submitted.deployment.id ?? ''
  const revision = submitted.revision ?? 0
  const [view, evidence] = await Promise.all([settledView(api, submitted, seen), api.evidence(name, revision)])
  for (const line of settledReport(view, evidence)) say(line)
  if (view.failure && revision > 1) for (const line of await whatServes(api, name)) say(line)
  if (json) printJson(view)
  else if (view.state === 'DEPLOYED') for (const url of view.urls) print(url)
  return view.failure ? rowOf(view.failure.reason).exit : 0
}

/** One that was removed while it was watched is told by its last event: nobody knows it any more. */
async function settledView(api: Context['api'], submitted: RevisionView, { state, failure }: Progress): Promise<RevisionView> {
  return api.revision(submitted.deployment.id ?? '', submitted.revision ?? 0).catch((error) => {
    if (error instanceof CliError && error.reason === 'not_found') return { ...submitted, state, failure }
    throw error
  })
}

/** After an update that failed; nothing where the deployment was removed meanwhile. */
async function whatServes(api: Context['api'], name: string): Promise<string[]> {
  return api.get(name).then(
    (deployment) => [servesNow(deployment)],
    () => [],
  )
}

function begun(submitted: RevisionView, { json }: DeployOptions): number {
  const name = submitted.deployment.name ?? ''
  say(`${name} is being deployed (revision ${submitted.revision}); \`torii status ${name}\` shows how it goes.`)
  if (json) printJson(submitted)
  else print(name)
  return 0
}

function goesOn(submitted: RevisionView): Interrupted {
  const name = submitted.deployment.name ?? ''
  return new Interrupted(`Interrupted; ${name} goes on being deployed.`, `\`torii status ${name}\` shows how it goes, \`torii rm ${name}\` ends it.`, submitted)
}
