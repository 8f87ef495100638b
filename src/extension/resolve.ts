import { basename } from 'node:path'
import { pathPrefix } from '../deploy/addresses.ts'
import type { Answers } from '../deploy/consent.ts'
import { DeployError } from '../deploy/failure.ts'
import type { Extensions } from '../deploy/ports.ts'
import { projectOf, type RevisionRef, type Source } from '../deploy/record.ts'
import { sayUnset } from '../deploy/unset-variables.ts'
import { cleanText } from '../text/clean.ts'
import { hideSecrets } from '../text/hide-secrets.ts'
import { explainRefusal, profilesIn } from './compose-refusal.ts'
import { checkMountSizes } from './copy-mounts.ts'
import { checkFewParts } from './few-parts.ts'
import { plannedImages } from './images.ts'
import { filesOf } from './materialise.ts'
import { envDefaults } from './metadata.ts'
import { checkMissingBinds } from './missing-binds.ts'
import { type Dict, type Model, servicesOf } from './model.ts'
import { dict } from './model-text.ts'
import { mountNotices } from './mount-notices.ts'
import { answered, named } from './policy/answers.ts'
import { hashOf } from './policy/model-hash.ts'
import { enforce, everything } from './policy/policy.ts'
import { serviceSettings } from './service-settings.ts'
import { expandTemplates } from './templates.ts'
import { checkUploadBinds } from './upload-binds.ts'
import { contextOf, type World } from './world.ts'

/** The Compose binary, as far as resolving needs it. */
export interface Compose {
  config(input: {
    folder: string
    file: string
    project: string
    env: Record<string, string>
    profiles: string[]
  }): Promise<{ yaml: string; warnings: string[] }>
}

/** A model larger than this is a bomb that our own parse did not see. */
const largest = 4 * 1024 * 1024

/** Resolves the Compose file and applies the policy to the answer, never to the raw text (security.md). */
export async function resolveExtension(
  source: Source,
  ref: RevisionRef,
  compose: Compose,
  world: World,
  answers: Answers = { recorded: [] },
): ReturnType<Extensions['resolve']> {
  const { yaml, model, warnings } = await modelOf(source, ref, compose, world)
  const context = contextOf(model, source, ref, world)
  const hash = hashOf(model, context)
  const { stance: policy, consented, notices: told } = answered(context.stance, everything(model, context), hash, answers)
  const notices = judged(
    warnings,
    () => textOf(source, world),
    () => enforce(model, { ...context, stance: policy, named: named(answers) }),
  )
  checkEarly(model, source, ref, world)
  checkUploadBinds(model, source, world)
  const missing = checkMissingBinds(model, source.folder, world)
  await checkMountSizes(yaml, ref, source, world)
  return {
    resolved: yaml,
    notices: [...warnings, ...notices, ...told, ...mountNotices(model, source), ...missing],
    policy,
    consent: { model: hash, rules: consented },
  }
}

/** What Compose makes of the file, not judged yet. */
export async function modelOf(source: Source, ref: RevisionRef, compose: Compose, world: World): Promise<{ yaml: string; model: Model; warnings: string[] }> {
  const { yaml, warnings } = await asked(source, ref, compose, world)
  if (yaml.length > largest) throw new DeployError('compose_invalid', 'the resolved model is larger than 4 MiB')
  const model = world.parse(yaml)
  checkFewParts({ root: model as Dict, label: 'the resolved model' })
  if (servicesOf(model).length === 0) throw nothingEnabled(profilesIn(textOf(source, world)))
  return { yaml, model, warnings: warnings.map((text) => cleanText(text, { max: 300 })) }
}

/** A path that a variable left half empty is nowhere in the file: then the refusal names the variable. */
function judged<T>(warnings: string[], text: () => string, judge: () => T): T {
  try {
    return judge()
  } catch (error) {
    throw sayUnset(error, warnings, text())
  }
}

function nothingEnabled(profiles: string[]): DeployError {
  const [first] = profiles.map((profile) => cleanText(profile, { max: 80 }))
  if (first === undefined) return new DeployError('compose_invalid', 'no service is enabled', { fix: 'Add a service, or enable a profile with --profile.' })
  const names = cleanText(profiles.join(', '), { max: 200 })
  return new DeployError('compose_invalid', `no service is enabled: all are behind profiles (${names})`, { fix: `Enable one with \`--profile ${first}\`.` })
}

/** Of the Compose file; '' where it cannot be read by now. */
function textOf({ composeFile, folder }: Source, world: World): string {
  try {
    return Buffer.from(world.readFile(composeFile, 'the Compose file', folder)).toString()
  } catch {
    return ''
  }
}

async function asked(source: Source, ref: RevisionRef, compose: Compose, world: World): Promise<{ yaml: string; warnings: string[] }> {
  const { folder, composeFile: file, profiles } = source
  try {
    return await compose.config({ folder, file, project: projectOf(ref), env: interpolationEnv(source, ref), profiles })
  } catch (error) {
    if (error instanceof DeployError && error.trouble.reason !== 'compose_invalid') throw error
    const text = error instanceof DeployError ? error.trouble.detail : error instanceof Error ? error.message : String(error)
    const told = cleanText(hideSecrets(text, source.env), { max: 600 })
    const { detail, fix } = explainRefusal(told, { file: basename(file), folder, text: textOf(source, world) })
    throw new DeployError('compose_invalid', detail, { fix, cause: error })
  }
}

/** Templates in `env_defaults` that are known by now; the public port and URL are not, they are expanded in `environment` later. */
function interpolationEnv(source: Source, ref: RevisionRef): Record<string, string> {
  const known = { deployment_id: ref.deployment, app_name: source.name, app_access_path: pathPrefix(source.kind, ref.deployment) }
  const defaults = envDefaults(source.metadata)
  return dict(Object.entries(source.env).map(([name, value]) => [name, defaults[name] === value ? expandTemplates(value, known) : value]))
}

/** What can be refused now rather than after the pull. */
function checkEarly(model: Model, source: Source, ref: RevisionRef, world: World): void {
  const marked = servicesOf(model).filter(([name, service]) => serviceSettings(name, service).primary)
  if (marked.length > 1)
    throw new DeployError('compose_invalid', `${marked.map(([name]) => name).join(' and ')} are both marked as primary`, {
      fix: 'Mark one service with `x-torii: {primary: true}`.',
    })
  const { primary } = source.settings
  if (primary !== null && !Object.hasOwn(model.services ?? {}, primary))
    throw new DeployError('compose_invalid', `x-torii.primary names "${cleanText(primary, { max: 80 })}", which is no service of this file`)
  plannedImages(model, ref)
  filesOf({ model, env: source.env, folder: source.folder, readFile: world.readFile })
}
